//===- Npy.cpp - arrays in .npy files -------------------------------------===//

#include "tools/attn-run/Npy.h"

#include "tools/attn-run/Files.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <cstring>
#include <optional>

using namespace llvm;

namespace attnrun {

static constexpr StringLiteral kMagic = "\x93NUMPY";

static StringRef descrOf(attn_type type) {
  switch (type) {
  case ATTN_F32:
    return "<f4";
  case ATTN_F16:
    return "<f2";
  case ATTN_BF16:
    return "<u2";
  case ATTN_I32:
    return "<i4";
  }
  llvm_unreachable("no such type");
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// Text of a file, in a message: in one line, and not all of a long one.
static std::string quoted(StringRef text) {
  constexpr size_t most = 40;
  std::string result;
  raw_string_ostream stream(result);
  stream << "'";
  printEscapedString(text.take_front(most), stream);
  stream << (text.size() > most ? "...'" : "'");
  return result;
}

namespace {

/// Reads the Python dictionary of a header:
/// {'descr': '<f4', 'fortran_order': False, 'shape': (1, 8), }
class HeaderParser {
public:
  explicit HeaderParser(StringRef text) : rest(text) {}

  struct Header {
    std::optional<std::string> descr; ///< none: a record
    bool fortranOrder;
    SmallVector<int64_t> shape;
  };

  Expected<Header> parse() {
    Header header;
    unsigned seen = 0;
    bool good = take("{");
    while (good && !take("}")) {
      StringRef key;
      good = parseString(key) && take(":");
      if (!good)
        break;
      unsigned bit = key == "descr" ? 1 : key == "fortran_order" ? 2 : 4;
      if (bit == 4 && key != "shape")
        return createStringError("expected the keys descr, fortran_order and "
                                 "shape in the header, got " +
                                 quoted(key));
      good = bit == 1   ? parseDescr(header.descr)
             : bit == 2 ? parseBool(header.fortranOrder)
                        : parseShape(header.shape);
      seen |= bit;
      if (good && !take(","))
        good = peek("}");
    }
    if (!good || !rest.trim().empty())
      return createStringError("expected a header like {'descr': '<f4', "
                               "'fortran_order': False, 'shape': (1, 8)}, got "
                               "something else");
    if (seen != 7)
      return createStringError("expected the keys descr, fortran_order and "
                               "shape in the header, got only some");
    return header;
  }

private:
  bool peek(StringRef token) {
    rest = rest.ltrim();
    return rest.starts_with(token);
  }
  bool take(StringRef token) {
    return peek(token) && rest.consume_front(token);
  }

  bool parseString(StringRef &value) {
    rest = rest.ltrim();
    char quote = rest.empty() ? 0 : rest.front();
    size_t end = rest.find(quote, 1);
    if ((quote != '\'' && quote != '"') || end == StringRef::npos)
      return false;
    value = rest.slice(1, end);
    rest = rest.drop_front(end + 1);
    return true;
  }

  /// The type of a record array is a list.
  bool parseDescr(std::optional<std::string> &value) {
    StringRef text;
    if (parseString(text)) {
      value = text.str();
      return true;
    }
    size_t end = rest.find(']');
    if (!peek("[") || end == StringRef::npos)
      return false;
    value.reset();
    rest = rest.drop_front(end + 1);
    return true;
  }

  bool parseBool(bool &value) {
    value = take("True");
    return value || take("False");
  }

  bool parseShape(SmallVectorImpl<int64_t> &shape) {
    shape.clear();
    if (!take("("))
      return false;
    while (!take(")")) {
      int64_t size;
      rest = rest.ltrim();
      if (rest.consumeInteger(10, size) || size < 0)
        return false;
      shape.push_back(size);
      if (!take(",") && !peek(")"))
        return false;
    }
    return true;
  }

  StringRef rest;
};

} // namespace

static Expected<attn_type> typeOf(const std::optional<std::string> &descr) {
  for (attn_type type : {ATTN_F32, ATTN_F16, ATTN_BF16, ATTN_I32})
    if (descr == descrOf(type).str())
      return type;
  return createStringError(
      "expected elements of <f4 (f32), <f2 (f16), <u2 (bf16) or <i4 (i32), "
      "got " +
      (descr ? quoted(*descr) : "a record"));
}

/// The text of the header; the data is left in `contents`.
static Expected<StringRef> takeHeader(StringRef &contents) {
  if (!contents.consume_front(kMagic))
    return createStringError(
        "expected the magic of an .npy file, got " +
        Twine(contents.empty() ? "an empty file" : "something else"));
  unsigned major = contents.size() < 2 ? 0 : uint8_t(contents[0]);
  unsigned minor = contents.size() < 2 ? 0 : uint8_t(contents[1]);
  if (major < 1 || major > 3 || minor != 0)
    return createStringError("expected version 1.0, 2.0 or 3.0 of .npy, got " +
                             Twine(major) + "." + Twine(minor));
  contents = contents.drop_front(2);
  size_t width = major == 1 ? 2 : 4;
  if (contents.size() < width)
    return createStringError("expected a header, got the end of the file");
  size_t size = major == 1 ? support::endian::read16le(contents.data())
                           : support::endian::read32le(contents.data());
  contents = contents.drop_front(width);
  if (contents.size() < size)
    return createStringError("expected a header of " + Twine(size) +
                             " bytes, got " + Twine(contents.size()));
  StringRef header = contents.take_front(size);
  contents = contents.drop_front(size);
  return header;
}

static Expected<Array> parseNpy(StringRef contents) {
  Expected<StringRef> text = takeHeader(contents);
  if (!text)
    return text.takeError();
  Expected<HeaderParser::Header> header = HeaderParser(*text).parse();
  if (!header)
    return header.takeError();
  Expected<attn_type> type = typeOf(header->descr);
  if (!type)
    return type.takeError();
  if (header->fortranOrder)
    return createStringError(
        "expected an array in C order, got one in Fortran order");
  std::optional<int64_t> bytes = arrayBytes(*type, header->shape);
  if (!bytes || uint64_t(*bytes) != contents.size())
    return createStringError(
        "expected " + (bytes ? std::to_string(*bytes) : "more than 2^63") +
        " bytes of data for shape " + shapeText(header->shape) + ", got " +
        Twine(contents.size()));
  Expected<Array> array = Array::create(*type, header->shape);
  if (array)
    std::memcpy(array->bytes(), contents.data(), contents.size());
  return array;
}

Expected<Array> readNpy(StringRef path) {
  if (Error error = checkReadable(path))
    return error;
  auto file = MemoryBuffer::getFile(path, /*IsText=*/false,
                                    /*RequiresNullTerminator=*/false);
  if (std::error_code code = file.getError())
    return createStringError("cannot read '" + path + "': " + code.message());
  Expected<Array> array = parseNpy((*file)->getBuffer());
  if (!array)
    return createStringError("'" + path + "': " + toString(array.takeError()));
  return array;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

/// Magic, version and dictionary, padded to a multiple of 64 bytes.
static std::string makeHeader(const Array &array) {
  std::string shape;
  for (int64_t size : array.shape())
    shape += std::to_string(size) + ", ";
  // A tuple of one keeps its comma.
  if (array.shape().size() == 1)
    shape.pop_back();
  else if (!shape.empty())
    shape.resize(shape.size() - 2);
  std::string text = ("{'descr': '" + descrOf(array.type()) +
                      "', 'fortran_order': False, 'shape': (" + shape + "), }")
                         .str();
  size_t before = kMagic.size() + 4;
  text.resize(alignTo(before + text.size() + 1, 64) - before - 1, ' ');
  text += '\n';
  char length[2];
  support::endian::write16le(length, text.size());
  return (kMagic + StringRef("\1\0", 2) + StringRef(length, 2) + text).str();
}

Error writeNpy(ArrayRef<std::pair<std::string, const Array *>> files) {
  std::vector<OutputFile> outputs;
  for (auto &[path, array] : files)
    outputs.push_back({path, [array = array](raw_ostream &stream) {
                         stream << makeHeader(*array);
                         stream.write(array->bytes(), array->numBytes());
                       }});
  return writeFiles(outputs);
}

} // namespace attnrun
