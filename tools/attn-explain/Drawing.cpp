//===- Drawing.cpp - a map of a mask as text, SVG and PNG -----------------===//

#include "tools/attn-explain/Drawing.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

#include <png.h>

using namespace llvm;

namespace attnexplain {

namespace {

/// How a kind of cell looks.
struct Look {
  Cover cover;
  StringRef name;
  char character;
  uint8_t red, green, blue;
};

} // namespace

static constexpr Look kLooks[] = {
    {Cover::Empty, "empty", '.', 0xf3, 0xf3, 0xee},
    {Cover::Partial, "partial", '+', 0xe9, 0xa2, 0x3b},
    {Cover::Full, "full", '#', 0x1f, 0x5f, 0x8b}};

static const Look &lookOf(Cover cover) { return kLooks[size_t(cover)]; }

static std::string text(const Interval &interval) {
  return ("[" + Twine(interval.lo) + ", " + Twine(interval.hi) + ")").str();
}

/// The lengths that the parts of a side have: 64, or 62 to 63.
static std::string sidesOf(int64_t length, int64_t parts) {
  int64_t least = parts ? length / parts : 0;
  bool isEven = !parts || length % parts == 0;
  return isEven ? std::to_string(least)
                : (Twine(least) + " to " + Twine(least + 1)).str();
}

std::string describeAxes(const MapGrid &grid) {
  auto sides = [](const Interval &interval, int64_t parts) {
    return sidesOf(interval.hi - interval.lo, parts);
  };
  return "queries " + text(grid.queries) + " down, keys " + text(grid.keys) +
         " across, a cell is " + sides(grid.queries, grid.rows) + " x " +
         sides(grid.keys, grid.columns);
}

void printPicture(const MapGrid &grid, raw_ostream &stream) {
  for (int64_t row = 0; row < grid.rows; ++row) {
    for (int64_t column = 0; column < grid.columns; ++column)
      stream << lookOf(grid.at(row, column)).character;
    stream << "\n";
  }
  if (grid.isExact())
    stream << "# kept  . dropped\n";
  else
    stream << "# full  + partial  . empty\n";
  if (grid.undecided)
    stream << grid.undecided
           << (grid.undecided == 1 ? " cell counts" : " cells count")
           << " as partial unproven: a bounded look did not tell\n";
}

//===----------------------------------------------------------------------===//
// SVG
//===----------------------------------------------------------------------===//

/// Runs of equal cells in a row.
template <typename Body> static void forRuns(const MapGrid &grid, Body body) {
  for (int64_t row = 0; row < grid.rows; ++row)
    for (int64_t begin = 0, end; begin < grid.columns; begin = end) {
      Cover cover = grid.at(row, begin);
      for (end = begin + 1; end < grid.columns && grid.at(row, end) == cover;)
        ++end;
      body(row, begin, end, cover);
    }
}

static std::string color(const Look &look) {
  std::string result;
  raw_string_ostream(result)
      << format("#%02x%02x%02x", look.red, look.green, look.blue);
  return result;
}

static std::string escape(StringRef text) {
  std::string result;
  raw_string_ostream stream(result);
  printHTMLEscaped(text, stream);
  return result;
}

namespace {

/// Places on the page, in points. The longer side of the map has a fixed
/// length; a cell keeps the shape of its pairs, but for maps that would be a
/// thin line.
class Page {
public:
  explicit Page(const MapGrid &grid) : grid(grid) {
    double tall = std::max<double>(1, grid.queries.hi - grid.queries.lo);
    double wide = std::max<double>(1, grid.keys.hi - grid.keys.lo);
    double longest = std::max(tall, wide);
    height = std::max(tall / longest, 0.1) * kSide;
    width = std::max(wide / longest, 0.1) * kSide;
  }

  double x(int64_t column) const {
    return kLeft + width * column / std::max<int64_t>(1, grid.columns);
  }
  double y(int64_t row) const {
    return kTop + height * row / std::max<int64_t>(1, grid.rows);
  }
  double right() const { return kLeft + width; }
  double bottom() const { return kTop + height; }
  double pageWidth() const { return std::max(right() + 40, 420.0); }
  double pageHeight() const { return bottom() + 72; }

  static constexpr double kSide = 640, kLeft = 84, kTop = 64;

private:
  const MapGrid &grid;
  double width, height;
};

class SvgWriter {
public:
  SvgWriter(const MapGrid &grid, raw_ostream &stream)
      : grid(grid), page(grid), stream(stream) {}

  void write(StringRef title) {
    stream << format("<svg xmlns=\"http://www.w3.org/2000/svg\" "
                     "width=\"%.0f\" height=\"%.0f\" "
                     "font-family=\"sans-serif\" font-size=\"12\">\n",
                     page.pageWidth(), page.pageHeight());
    stream << "<title>" << escape(title) << "</title>\n"
           << "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
    label(Page::kLeft, 20, "start", escape(title), " font-size=\"15\"");
    drawCells();
    drawAxes();
    drawLegend();
    stream << "</svg>\n";
  }

private:
  void rect(double x, double y, double width, double height, StringRef more) {
    stream << format("<rect x=\"%.6g\" y=\"%.6g\" width=\"%.6g\" "
                     "height=\"%.6g\"",
                     x, y, width, height)
           << more << "/>\n";
  }
  void label(double x, double y, StringRef anchor, StringRef text,
             StringRef more = "") {
    stream << format("<text x=\"%.6g\" y=\"%.6g\"", x, y) << " text-anchor=\""
           << anchor << "\"" << more << ">" << text << "</text>\n";
  }

  void drawCells() {
    for (const Look &look : kLooks) {
      stream << "<g class=\"" << look.name << "\" fill=\"" << color(look)
             << "\" shape-rendering=\"crispEdges\">\n";
      if (look.cover == Cover::Empty)
        rect(Page::kLeft, Page::kTop, page.right() - Page::kLeft,
             page.bottom() - Page::kTop, "");
      else
        forRuns(grid, [&](int64_t row, int64_t begin, int64_t end, Cover c) {
          if (c == look.cover)
            rect(page.x(begin), page.y(row), page.x(end) - page.x(begin),
                 page.y(row + 1) - page.y(row), "");
        });
      stream << "</g>\n";
    }
    rect(Page::kLeft, Page::kTop, page.right() - Page::kLeft,
         page.bottom() - Page::kTop, " fill=\"none\" stroke=\"#444\"");
  }

  /// The first number, the one in the middle and the end of each axis.
  void drawAxes() {
    double middleX = (Page::kLeft + page.right()) / 2;
    double middleY = (Page::kTop + page.bottom()) / 2;
    auto middle = [](const Interval &interval) {
      return interval.lo + (interval.hi - interval.lo) / 2;
    };
    auto key = [&](double x, StringRef anchor, int64_t number) {
      label(x, Page::kTop - 6, anchor, std::to_string(number));
    };
    key(Page::kLeft, "start", grid.keys.lo);
    key(middleX, "middle", middle(grid.keys));
    key(page.right(), "end", grid.keys.hi);
    label(middleX, Page::kTop - 22, "middle", "keys");
    auto query = [&](double y, int64_t number) {
      label(Page::kLeft - 6, y, "end", std::to_string(number));
    };
    query(Page::kTop + 10, grid.queries.lo);
    query(middleY, middle(grid.queries));
    query(page.bottom(), grid.queries.hi);
    std::string turned;
    raw_string_ostream(turned)
        << format(" transform=\"rotate(-90 16 %.6g)\"", middleY);
    label(16, middleY, "middle", "queries", turned);
  }

  void drawLegend() {
    double x = Page::kLeft, y = page.bottom() + 14;
    for (const Look &look : kLooks) {
      rect(x, y, 14, 14, " stroke=\"#444\" fill=\"" + color(look) + "\"");
      label(x + 20, y + 12, "start", look.name);
      x += 90;
    }
    label(Page::kLeft, y + 36, "start", escape(describeAxes(grid)));
  }

  const MapGrid &grid;
  Page page;
  raw_ostream &stream;
};

} // namespace

void writeSvg(const MapGrid &grid, StringRef title, raw_ostream &stream) {
  SvgWriter(grid, stream).write(title);
}

//===----------------------------------------------------------------------===//
// PNG
//===----------------------------------------------------------------------===//

/// Pixels of the longer side: about as many, where cells are large enough.
static constexpr int64_t kPixels = 768;

Expected<std::string> encodePng(const MapGrid &grid) {
  int64_t side = std::max<int64_t>(
      1, kPixels / std::max({int64_t(1), grid.rows, grid.columns}));
  int64_t width = std::max<int64_t>(1, grid.columns * side);
  int64_t height = std::max<int64_t>(1, grid.rows * side);
  std::vector<uint8_t> pixels(width * height, uint8_t(Cover::Empty));
  forRuns(grid, [&](int64_t row, int64_t begin, int64_t end, Cover cover) {
    for (int64_t y = row * side; y < (row + 1) * side; ++y)
      std::fill_n(pixels.begin() + y * width + begin * side,
                  (end - begin) * side, uint8_t(cover));
  });
  std::vector<uint8_t> palette;
  for (const Look &look : kLooks)
    palette.insert(palette.end(), {look.red, look.green, look.blue});

  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  image.width = width;
  image.height = height;
  image.format = PNG_FORMAT_RGB_COLORMAP;
  image.colormap_entries = std::size(kLooks);
  std::string bytes;
  png_alloc_size_t size = 0;
  auto write = [&](void *memory) {
    return png_image_write_to_memory(&image, memory, &size, 0, pixels.data(),
                                     width, palette.data());
  };
  bool good = write(nullptr);
  if (good) {
    bytes.resize(size);
    good = write(bytes.data());
  }
  if (!good)
    return createStringError("cannot make a PNG: " + Twine(image.message));
  bytes.resize(size);
  return bytes;
}

} // namespace attnexplain
