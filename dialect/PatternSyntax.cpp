//===- PatternSyntax.cpp - the common form of pattern ops -----------------===//

#include "dialect/AttnOps.h"

using namespace mlir;
using namespace mlir::attn;

/// The value after `name =`, or a flag that has none.
static ParseResult parseParameter(OpAsmParser &parser, OperationState &result,
                                  ArrayRef<StringRef> names, SMLoc loc,
                                  StringRef name) {
  if (!llvm::is_contained(names, name)) {
    InFlightDiagnostic error = parser.emitError(loc) << "expected ";
    llvm::interleave(
        names, [&](StringRef known) { error << "'" << known << "'"; },
        [&] { error << (names.size() == 2 ? " or " : ", "); });
    return error << ", got '" << name << "'";
  }
  if (result.attributes.get(name))
    return parser.emitError(loc) << "expected '" << name << "' once, got it "
                                 << "again";
  Attribute value = parser.getBuilder().getUnitAttr();
  if (succeeded(parser.parseOptionalEqual())) {
    int64_t number = 0;
    OptionalParseResult integer = parser.parseOptionalInteger(number);
    if (integer.has_value()) {
      if (failed(*integer))
        return failure();
      value = parser.getBuilder().getI64IntegerAttr(number);
    } else if (succeeded(parser.parseOptionalLSquare())) {
      SmallVector<int64_t> numbers;
      auto parseNumber = [&] {
        return parser.parseInteger(numbers.emplace_back());
      };
      if (failed(parser.parseOptionalRSquare()) &&
          (parser.parseCommaSeparatedList(parseNumber) ||
           parser.parseRSquare()))
        return failure();
      value = parser.getBuilder().getDenseI64ArrayAttr(numbers);
    } else if (parser.parseAttribute(value)) {
      return failure();
    }
  }
  result.addAttribute(name, value);
  return success();
}

ParseResult mlir::attn::parsePattern(OpAsmParser &parser,
                                     OperationState &result,
                                     ArrayRef<StringRef> names,
                                     bool hasTables) {
  SMLoc operandsLoc = parser.getCurrentLocation();
  SmallVector<OpAsmParser::UnresolvedOperand> operands;
  OpAsmParser::UnresolvedOperand operand;
  bool hasMore = true;
  while (hasMore && hasTables) {
    OptionalParseResult parsed = parser.parseOptionalOperand(operand);
    if (!parsed.has_value())
      break;
    if (failed(*parsed))
      return failure();
    operands.push_back(operand);
    hasMore = succeeded(parser.parseOptionalComma());
  }
  // Without parameters, the next word belongs to the next op.
  bool needsName = !operands.empty() && hasMore;
  while (hasMore) {
    SMLoc loc = parser.getCurrentLocation();
    StringRef name;
    bool isNext =
        succeeded(needsName ? parser.parseKeyword(&name)
                            : parser.parseOptionalKeyword(&name, names));
    if (!isNext && needsName)
      return failure();
    if (!isNext)
      break;
    if (parseParameter(parser, result, names, loc, name))
      return failure();
    hasMore = needsName = succeeded(parser.parseOptionalComma());
  }
  if (parser.parseOptionalAttrDict(result.attributes))
    return failure();
  SmallVector<Type> types;
  if (!operands.empty() && (parser.parseColonTypeList(types)))
    return failure();
  result.addTypes(MaskType::get(parser.getContext()));
  return parser.resolveOperands(operands, types, operandsLoc, result.operands);
}

void mlir::attn::printPattern(OpAsmPrinter &p, Operation *op,
                              ArrayRef<StringRef> names) {
  bool isFirst = true;
  auto separate = [&] { p << (std::exchange(isFirst, false) ? " " : ", "); };
  for (Value operand : op->getOperands()) {
    separate();
    p << operand;
  }
  for (StringRef name : names) {
    Attribute value = op->getAttr(name);
    if (!value)
      continue;
    separate();
    p << name;
    if (isa<UnitAttr>(value))
      continue;
    p << " = ";
    if (auto number = dyn_cast<IntegerAttr>(value))
      p << number.getInt();
    else if (auto numbers = dyn_cast<DenseI64ArrayAttr>(value))
      numbers.print(p);
    else
      p << value;
  }
  p.printOptionalAttrDict(op->getAttrs(), names);
  if (op->getNumOperands())
    p << " : " << op->getOperandTypes();
}
