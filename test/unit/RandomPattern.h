//===- RandomPattern.h - mask ops with random parameters --------*- C++ -*-===//

#ifndef ATTN_TEST_UNIT_RANDOMPATTERN_H
#define ATTN_TEST_UNIT_RANDOMPATTERN_H

#include "test/unit/MaskPicture.h"

#include <random>

namespace attntest {

/// Sizes and tables of a mask, and texts of ops that fit them.
class RandomPattern {
public:
  int64_t queries, keys, heads = 1, kvHeads = 1;
  Tables tables;

  RandomPattern(unsigned seed, int64_t longest) : random(seed) {
    queries = between(1, longest);
    keys = random() % 2 ? queries : between(1, longest);
    kvHeads = between(1, 3);
    heads = kvHeads * between(1, 2);
  }

  static constexpr int numKinds = 19;

  /// An op of each kind of PatternOps.td and TableOps.td, without "%m = attn.".
  /// Those about documents need as many queries as keys.
  std::string op(int kind) {
    switch (kind) {
    case 0:
      return "blocked block = " + number(1, 9);
    case 1:
      return "block_causal block = " + number(1, 9);
    case 2:
      return "block_window block = " + number(1, 5) +
             maybe(", left = " + number(0, 3)) +
             maybe(", right = " + number(0, 3));
    case 3:
      return strided();
    case 4:
      return "slash stride = " + number(1, 6) +
             maybe(", block = " + number(1, 4)) +
             maybe(", offset = " + number(0, 9));
    case 5:
      return "summary segment = " + number(6, 9) + ", count = " + number(1, 2) +
             maybe(", slices = " + number(1, 3));
    case 6:
      return "power_of_two block = " + number(1, 3) +
             maybe(", restart = " + number(1, 19));
    case 7:
      return "fenwick level = " + number(0, 5);
    case 8:
      return "dilated_segments segments = [" + number(1, 9) + ", " +
             number(5, 20) + "], rates = [" + number(1, 3) + ", " +
             number(1, 5) + "]" + maybe(", grouped_heads");
    case 9:
      return "xor_segments block = " + number(1, 3) + ", segments = [" +
             power(3) + ", " + power(5) + "], rates = [" + power(2) + ", " +
             power(3) + "]";
    case 10:
      return blockMap();
    case 11:
      return "random_blocks block = " + number(1, 4) +
             ", blocks = " + number(1, 12) + ", count = " + number(1, 4) +
             maybe(", heads = " + number(1, 4)) +
             maybe(", seed = " + number(0, 99));
    case 12:
      return "head_window block = " + number(1, 5) + ", alpha = [" +
             number(-20, 20) + ", " + number(-20, 20) + "], beta = [" +
             number(0, 4) + ", " + number(0, 4) + "], denominator = 4";
    case 13:
      return "document" + offsets() + maybe(", prefix = " + number(0, 5)) +
             type;
    case 14:
      return "document_keys" + offsets() + ", index = " + number(-4, 4) + type;
    case 15:
      return "document_queries" + offsets() + ", index = " + number(-4, 4) +
             type;
    case 16:
      return "row_bounds" + table(queries, 0, keys) + "," +
             table(queries, 0, keys) + type + ", tensor<?xi32>";
    case 17:
      return "tree" + table(keys, 0, queries) + type;
    default:
      if (random() % 2)
        return "tokens" + table(queries, 0, 1) + ", queries" + type;
      return "tokens" + table(keys, -1, 1) + type;
    }
  }

  /// A leaf of any kind, those of MaskOps.td included.
  std::string leaf() {
    switch (random() % 8) {
    case 0:
      return random() % 2 ? "causal" : "causal bottom_right";
    case 1:
      return "window left = " + number(0, 9) + ", right = " + number(0, 9);
    case 2:
      return "sinks " + number(1, 4);
    default:
      int kind = random() % numKinds;
      bool isOfDocuments = kind >= 13 && kind <= 15;
      return isOfDocuments && queries != keys ? leaf() : op(kind);
    }
  }

  /// Four leaves, then junctions over what exists so far. %0 may be given.
  std::string composition(std::string first = "") {
    std::string text = "%0 = attn." + (first.empty() ? leaf() : first) + "\n";
    for (int n = 1; n < 4; ++n)
      text += "%" + std::to_string(n) + " = attn." + leaf() + "\n";
    for (int n = 4; n < 7; ++n) {
      auto earlier = [&] { return "%" + number(0, n - 1); };
      std::string last = "%" + std::to_string(n - 1);
      text += "%" + (n == 6 ? "m" : std::to_string(n)) + " = attn.";
      switch (random() % 4) {
      case 0:
        text += "and " + last + ", " + earlier();
        break;
      case 1:
        text += "or " + last + ", " + earlier();
        break;
      case 2:
        text += "not " + last;
        break;
      default:
        text += "per_head " + last;
        for (int64_t more = heads % 2 == 0 ? 1 : heads - 1; more > 0; --more)
          text += ", " + earlier();
      }
      text += "\n";
    }
    return text;
  }

  int64_t between(int64_t least, int64_t most) {
    return least + int64_t(random() % uint64_t(most - least + 1));
  }

private:
  std::string number(int64_t least, int64_t most) {
    return std::to_string(between(least, most));
  }
  std::string power(int64_t most) {
    return std::to_string(int64_t(1) << between(0, most));
  }
  std::string maybe(const std::string &text) {
    return random() % 2 ? text : "";
  }

  std::string strided() {
    std::string text = "strided block = " + number(1, 4) +
                       ", local = " + number(0, 3) +
                       ", stride = " + number(1, 6);
    if (random() % 2)
      text += ", right = " + number(0, 3) + maybe(", relative");
    return text + maybe(", offset = " + number(0, 3)) +
           maybe(", head_step = " + number(0, 3)) +
           maybe(", dense_heads = " + number(0, 2)) + maybe(", by_kv_head");
  }

  /// A map that ends near the last token, before or after it.
  std::string blockMap() {
    int64_t rows = between(1, 4), columns = between(1, 4);
    auto offsetsOf = [&](int64_t blocks) {
      std::string text = "[0";
      for (int64_t n = 0, last = 0; n < blocks; ++n) {
        last += between(1, 9);
        text += ", " + std::to_string(last);
      }
      return text + "]";
    };
    std::string text = "block_map ";
    if (random() % 2)
      text += "block = [" + number(1, 9) + ", " + number(1, 9) + "]";
    else
      text += "query_offsets = " + offsetsOf(rows) +
              ", key_offsets = " + offsetsOf(columns);
    int64_t maps = between(1, 3);
    std::string map = "[";
    for (int64_t h = 0; h < maps; ++h) {
      map += h ? ", [" : "[";
      for (int64_t row = 0; row < rows; ++row) {
        map += row ? ", [" : "[";
        for (int64_t column = 0; column < columns; ++column)
          map += (column ? ", " : "") + number(0, 1);
        map += "]";
      }
      map += "]";
    }
    return text + ", map = dense<" + map + "]> : tensor<" +
           std::to_string(maps) + "x" + std::to_string(rows) + "x" +
           std::to_string(columns) + "xi8>";
  }

  std::string add(std::vector<int64_t> elements) {
    tables.push_back(std::move(elements));
    return " %t" + std::to_string(tables.size() - 1);
  }

  std::string table(int64_t size, int64_t least, int64_t most) {
    std::vector<int64_t> elements(size);
    for (int64_t &element : elements)
      element = between(least, most);
    return add(elements);
  }

  /// Documents, some of them empty.
  std::string offsets() {
    std::vector<int64_t> elements(between(2, 7));
    for (int64_t &element : elements)
      element = between(0, keys);
    elements.front() = 0;
    elements.back() = keys;
    std::sort(elements.begin(), elements.end());
    return add(elements);
  }

  std::mt19937 random;
  const std::string type = " : tensor<?xi32>";
};

} // namespace attntest

#endif // ATTN_TEST_UNIT_RANDOMPATTERN_H
