//===- NpyTest.cpp - reading and writing .npy files -----------------------===//

#include "tools/attn-run/Npy.h"

#include "tools/attn-run/Files.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

#include <cmath>
#include <cstring>
#include <limits>

using namespace attnrun;
using namespace llvm;

namespace {

/// A folder of its own for every test.
class NpyTest : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(sys::fs::createUniqueDirectory("npy-test", folder));
  }
  void TearDown() override { sys::fs::remove_directories(folder); }

  std::string path(StringRef name) {
    SmallString<128> path(folder);
    sys::path::append(path, name);
    return std::string(path);
  }

  std::vector<std::string> listFolder() {
    std::vector<std::string> names;
    std::error_code code;
    for (sys::fs::directory_iterator it(folder, code), end; it != end;
         it.increment(code))
      names.push_back(sys::path::filename(it->path()).str());
    return names;
  }

  std::string writeBytes(StringRef bytes) {
    std::string name = path("bytes.npy");
    std::error_code code;
    raw_fd_ostream(name, code) << bytes;
    return name;
  }

  /// The error of reading these bytes, without the path.
  std::string errorOf(StringRef bytes) {
    std::string name = writeBytes(bytes);
    Expected<Array> array = readNpy(name);
    if (array)
      return "";
    std::string error = toString(array.takeError());
    std::string prefix = "'" + name + "': ";
    EXPECT_EQ(error.substr(0, prefix.size()), prefix);
    return error.substr(prefix.size());
  }

  SmallString<128> folder;
};

/// A file of format 1.0 with this dictionary, not padded.
std::string file(StringRef header, size_t dataBytes) {
  std::string text("\x93NUMPY\1\0", 8);
  text += char(header.size());
  text += '\0';
  return text + header.str() + std::string(dataBytes, '\0');
}

std::string header(StringRef descr, StringRef order, StringRef shape) {
  return ("{'descr': " + descr + ", 'fortran_order': " + order +
          ", 'shape': " + shape + ", }")
      .str();
}

Array makeArray(attn_type type, ArrayRef<int64_t> shape,
                ArrayRef<float> values) {
  Array array = cantFail(Array::create(type, shape));
  for (int64_t i = 0; i < array.numElements(); ++i)
    array.store(i, values[i]);
  return array;
}

std::vector<double> valuesOf(const Array &array) {
  std::vector<double> values(array.numElements());
  array.load(0, values);
  return values;
}

TEST_F(NpyTest, RoundTripOfEveryType) {
  for (attn_type type : {ATTN_F32, ATTN_BF16, ATTN_F16}) {
    Array array = makeArray(type, {2, 1, 3}, {0, -1.5, 2, 0.25, 65280, -3});
    std::string name = path("a.npy");
    cantFail(writeNpy({{name, &array}}));
    Array again = cantFail(readNpy(name));
    EXPECT_EQ(again.type(), type);
    EXPECT_EQ(again.shape(), array.shape());
    EXPECT_EQ(valuesOf(again), valuesOf(array));
  }
}

// Scalars, vectors and arrays without elements.
TEST_F(NpyTest, RoundTripOfEveryRank) {
  for (std::vector<int64_t> shape : std::vector<std::vector<int64_t>>{
           {}, {2}, {0}, {2, 0, 3}, {1, 2, 1, 1}}) {
    Array array = makeArray(ATTN_F32, shape, {5, 6});
    std::string name = path("a.npy");
    cantFail(writeNpy({{name, &array}}));
    Array again = cantFail(readNpy(name));
    EXPECT_EQ(again.shape(), ArrayRef(shape));
    EXPECT_EQ(valuesOf(again), valuesOf(array));
  }
}

// What NumPy itself writes for np.arange(3, dtype="f4").reshape(1, 3).
TEST_F(NpyTest, BytesAreThoseOfNumPy) {
  Array array = makeArray(ATTN_F32, {1, 3}, {0, 1, 2});
  std::string name = path("a.npy");
  cantFail(writeNpy({{name, &array}}));
  std::string expected("\x93NUMPY\1\0v\0", 10);
  expected += "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }";
  expected.resize(127, ' ');
  expected += '\n';
  expected += std::string("\0\0\0\0\0\0\x80\x3f\0\0\0\x40", 12);
  EXPECT_EQ((*MemoryBuffer::getFile(name))->getBuffer(), expected);
}

TEST_F(NpyTest, ReadsLaterVersions) {
  std::string text = header("'<u2'", "False", "(2,)");
  for (char version : {2, 3}) {
    std::string bytes("\x93NUMPY", 6);
    bytes += version;
    bytes += '\0';
    bytes += char(text.size());
    bytes += std::string(3, '\0') + text + std::string("\x80\x3f\0\xc0", 4);
    Array array = cantFail(readNpy(writeBytes(bytes)));
    EXPECT_EQ(array.type(), ATTN_BF16);
    EXPECT_EQ(valuesOf(array), (std::vector<double>{1, -2}));
  }
}

TEST_F(NpyTest, KeysInAnyOrderAndQuotes) {
  std::string bytes =
      file("{\"shape\":(1,2),\"fortran_order\":False,\"descr\":\"<f4\"}\n", 8);
  EXPECT_EQ(cantFail(readNpy(writeBytes(bytes))).shape(),
            (ArrayRef<int64_t>{1, 2}));
}

TEST_F(NpyTest, RefusesWhatIsNoNpyFile) {
  EXPECT_EQ(errorOf(""),
            "expected the magic of an .npy file, got an empty file");
  EXPECT_EQ(errorOf("PK\3\4 an .npz file"),
            "expected the magic of an .npy file, got something else");
  EXPECT_EQ(errorOf(StringRef("\x93NUMPY\4\0", 8)),
            "expected version 1.0, 2.0 or 3.0 of .npy, got 4.0");
  EXPECT_EQ(errorOf(StringRef("\x93NUMPY\1\0", 8)),
            "expected a header, got the end of the file");
  EXPECT_EQ(errorOf(StringRef("\x93NUMPY\1\0\x40\0{", 11)),
            "expected a header of 64 bytes, got 1");
  EXPECT_EQ(errorOf(StringRef("\x93NUMPY\2\0\xff\xff\xff\xff{", 13)),
            "expected a header of 4294967295 bytes, got 1");
}

TEST_F(NpyTest, RefusesGarbageInTheHeader) {
  for (StringRef text : {"", "{", "nonsense", "{'descr'}", "{'descr': '<f4",
                         "{'descr': '<f4' 'shape': (1,)}", "{'shape': (1 2)}",
                         "{'shape': (-1,)}", "{'shape': (1,}",
                         "{'shape': (99999999999999999999,)}",
                         "{'fortran_order': 0}", "{'descr': '<f4'} trailing"})
    EXPECT_EQ(errorOf(file(text, 4)),
              "expected a header like {'descr': '<f4', 'fortran_order': False, "
              "'shape': (1, 8)}, got something else")
        << text.str();
  EXPECT_EQ(errorOf(file("{'descr': '<f4', 'shape': (1,)}", 4)),
            "expected the keys descr, fortran_order and shape in the header, "
            "got only some");
  EXPECT_EQ(errorOf(file("{'color': 'red'}", 4)),
            "expected the keys descr, fortran_order and shape in the header, "
            "got 'color'");
}

TEST_F(NpyTest, RefusesOtherTypesAndOrders) {
  for (StringRef descr : {"<f8", ">f4", "<i8", "|u1"})
    EXPECT_EQ(
        errorOf(file(header(("'" + descr + "'").str(), "False", "(1,)"), 4)),
        ("expected elements of <f4 (f32), <f2 (f16), <u2 (bf16) or <i4 (i32), "
         "got '" +
         descr + "'")
            .str());
  EXPECT_EQ(errorOf(file(header("[('x', '<f4')]", "False", "(1,)"), 4)),
            "expected elements of <f4 (f32), <f2 (f16), <u2 (bf16) or <i4 "
            "(i32), got a "
            "record");
  EXPECT_EQ(errorOf(file(header("'<f4'", "True", "(1,)"), 4)),
            "expected an array in C order, got one in Fortran order");
}

TEST_F(NpyTest, RefusesTheWrongAmountOfData) {
  std::string text = header("'<f4'", "False", "(2, 3)");
  EXPECT_EQ(errorOf(file(text, 23)),
            "expected 24 bytes of data for shape 2x3, got 23");
  EXPECT_EQ(errorOf(file(text, 25)),
            "expected 24 bytes of data for shape 2x3, got 25");
  // 2^62 elements of four bytes are 2^64 bytes, which must not count as 0.
  EXPECT_EQ(
      errorOf(file(header("'<f4'", "False", "(4611686018427387904,)"), 0)),
      "expected more than 2^63 bytes of data for shape "
      "4611686018427387904, got 0");
  EXPECT_EQ(errorOf(file(header("'<f4'", "False", "(99999999999,)"), 4)),
            "expected 399999999996 bytes of data for shape 99999999999, got 4");
}

TEST_F(NpyTest, MissingFile) {
  Expected<Array> array = readNpy(path("none.npy"));
  ASSERT_FALSE(array);
  EXPECT_EQ(toString(array.takeError()), "cannot read '" + path("none.npy") +
                                             "': No such file or directory");
}

TEST_F(NpyTest, WritesAllFilesOrNone) {
  Array array = makeArray(ATTN_F32, {1}, {1});
  Error error =
      writeNpy({{path("a.npy"), &array}, {path("none/b.npy"), &array}});
  EXPECT_EQ(toString(std::move(error)), "cannot write '" + path("none/b.npy") +
                                            "': No such file or directory");
  EXPECT_TRUE(listFolder().empty());
}

TEST_F(NpyTest, ReplacesAFileAtOnce) {
  Array before = makeArray(ATTN_F32, {2}, {1, 2});
  Array after = makeArray(ATTN_F16, {1}, {3});
  std::string name = path("a.npy");
  cantFail(writeNpy({{name, &before}}));
  cantFail(writeNpy({{name, &after}}));
  EXPECT_EQ(valuesOf(cantFail(readNpy(name))), std::vector<double>{3});
  EXPECT_EQ(listFolder().size(), 1u);
}

// Only a regular file may be replaced: /dev/null must stay what it is.
TEST_F(NpyTest, WritesIntoADevice) {
  Array array = makeArray(ATTN_F32, {1}, {1});
  cantFail(checkWritable("/dev/null"));
  cantFail(writeNpy({{"/dev/null", &array}}));
  EXPECT_FALSE(sys::fs::is_regular_file("/dev/null"));
}

TEST_F(NpyTest, ChecksWhereToWrite) {
  cantFail(checkWritable(path("a.npy")));
  EXPECT_EQ(toString(checkWritable(path("none/a.npy"))),
            "cannot write '" + path("none/a.npy") + "': no folder '" +
                path("none") + "'");
  EXPECT_EQ(toString(checkWritable(folder)),
            "cannot write '" + std::string(folder) + "': Is a directory");
}

TEST(Array, Bf16) {
  Array array = makeArray(ATTN_BF16, {7},
                          {1, 1 + 1.0f / 256, 1 + 3.0f / 256, -3e38f, 1e-40f,
                           std::numeric_limits<float>::infinity(), NAN});
  std::vector<double> values = valuesOf(array);
  EXPECT_EQ(values[0], 1);
  EXPECT_EQ(values[1], 1); // a tie goes to the even neighbour
  EXPECT_EQ(values[2], 1 + 4.0 / 256);
  EXPECT_NEAR(values[3], -3e38, 1e36);
  EXPECT_NEAR(values[4], 1e-40, 1e-41);
  EXPECT_EQ(values[5], std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(values[6]));
}

TEST(Array, F16) {
  Array array = makeArray(ATTN_F16, {10},
                          {1, 1 + 1.0f / 2048, 1 + 3.0f / 2048, 65504, 65519,
                           65520, std::ldexp(1.0f, -24), -std::ldexp(3.0f, -26),
                           std::ldexp(1.0f, -14) - std::ldexp(1.0f, -26), NAN});
  std::vector<double> values = valuesOf(array);
  EXPECT_EQ(values[0], 1);
  EXPECT_EQ(values[1], 1); // a tie goes to the even neighbour
  EXPECT_EQ(values[2], 1 + 4.0 / 2048);
  EXPECT_EQ(values[3], 65504);
  EXPECT_EQ(values[4], 65504);
  EXPECT_EQ(values[5], std::numeric_limits<double>::infinity());
  EXPECT_EQ(values[6], std::ldexp(1.0, -24));
  EXPECT_EQ(values[7], -std::ldexp(1.0, -24));
  EXPECT_EQ(values[8], std::ldexp(1.0, -14)); // rounds up out of subnormals
  EXPECT_TRUE(std::isnan(values[9]));
}

// An element that nobody writes is not taken for a number.
TEST(Array, BeginsAsNaN) {
  for (attn_type type : {ATTN_F32, ATTN_BF16, ATTN_F16})
    EXPECT_TRUE(std::isnan(valuesOf(cantFail(Array::create(type, {1})))[0]));
}

TEST(Array, RefusesMoreThanThereIs) {
  Expected<Array> array = Array::create(ATTN_BF16, {1 << 30, 1 << 30, 8});
  ASSERT_FALSE(array);
  EXPECT_EQ(toString(array.takeError()),
            "out of memory for an array of 1073741824x1073741824x8 bf16");
}

} // namespace
