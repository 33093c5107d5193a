//===- MaskInterface.td - what every mask op must say -------*- tablegen -*-===//

#ifndef ATTN_MASK_INTERFACE
#define ATTN_MASK_INTERFACE

include "mlir/IR/OpBase.td"

def Attn_MaskOpInterface : OpInterface<"MaskOpInterface"> {
  let cppNamespace = "::mlir::attn";
  let description = [{
    A mask op states its predicate once, as a symbolic expression over the
    batch, the query head, the query, the key and the lengths. Evaluation,
    classification of boxes, the plan and the mask code are all readings of that
    one expression (dialect/expr/Evaluate.h), so a new mask is one op with this
    one method.
  }];
  let methods = [
    InterfaceMethod<[{
      The truth "query i attends to key j". `operands` are the predicates of the
      op's mask operands, in order. Called on verified ops only.
    }], "::attn::Expr", "buildPredicate",
        (ins "::attn::MaskVars &":$vars,
             "::llvm::ArrayRef<::attn::Expr>":$operands)>,
    InterfaceMethod<[{
      The axes along which the keys of a query are neighbours, if these are not
      the token numbers. A hint: plans along any axes are correct.
    }], "std::optional<::attn::IndexSpace>", "getIndexSpace", (ins), "",
        "return std::nullopt;">,
    InterfaceMethod<[{
      Of an op without such axes: lengths of rows of tokens, the shortest first,
      each a multiple of the one before, if the op tells tokens by their row and
      their place in it. A hint as well.
    }], "::llvm::SmallVector<int64_t>", "getRowLengths", (ins), "",
        "return {};">,
    InterfaceMethod<[{
      The distance between tokens that are neighbours for the mask: d if a query
      mostly sees keys that are multiples of d away. A hint as well.
    }], "int64_t", "getTokenDistance", (ins), "", "return 1;">,
    InterfaceMethod<[{
      Of an op with such a distance: a mask, made with `b`, of pairs that have
      none, where it keeps some of either kind; null otherwise. A hint as well.
    }], "::mlir::Value", "makePartWithoutDistance",
        (ins "::mlir::OpBuilder &":$b), "", "return {};">,
    InterfaceMethod<[{
      How many groups of heads that follow each other have a mask or parameters
      of their own (MaskVars::headGroup): divisors of the number of heads.
    }], "::llvm::SmallVector<int64_t>", "getHeadGroups", (ins), "",
        "return {};">,
    InterfaceMethod<[{
      The operands that are run-time tables, and what must hold for them.
    }], "::llvm::SmallVector<::mlir::attn::MaskTable>", "getTables", (ins), "",
        "return {};">
  ];
}

#endif // ATTN_MASK_INTERFACE
