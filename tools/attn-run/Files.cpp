//===- Files.cpp - reading files, writing all or none ---------------------===//

#include "tools/attn-run/Files.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <utility>
#include <vector>

using namespace llvm;

namespace attnrun {

static Error cannotWrite(StringRef path, std::error_code code) {
  return createStringError("cannot write '" + path + "': " + code.message());
}

static Error writeTo(raw_fd_ostream &stream, const OutputFile &file) {
  file.write(stream);
  stream.flush();
  std::error_code code = stream.error();
  stream.clear_error();
  return code ? cannotWrite(file.path, code) : Error::success();
}

/// True of a pipe or a device, which cannot be replaced by a file.
static bool isSpecial(StringRef path) {
  sys::fs::file_status status;
  return !sys::fs::status(path, status) && sys::fs::exists(status) &&
         !sys::fs::is_regular_file(status);
}

/// The file that a link stands for, which keeps pointing to it.
static std::string targetOf(StringRef path) {
  SmallString<256> real;
  return sys::fs::real_path(path, real) ? path.str() : std::string(real);
}

static Error writeSpecial(const OutputFile &file) {
  std::error_code code;
  raw_fd_ostream stream(file.path, code);
  return code ? cannotWrite(file.path, code) : writeTo(stream, file);
}

Error checkReadable(StringRef path) {
  sys::fs::file_status status;
  if (sys::fs::status(path, status))
    return Error::success(); // what is wrong is said when it is opened
  if (status.type() == sys::fs::file_type::character_file ||
      status.type() == sys::fs::file_type::block_file)
    return createStringError("cannot read '" + path +
                             "': expected a file or a pipe, got a device");
  return Error::success();
}

bool isSameFile(StringRef a, StringRef b) {
  auto place = [](StringRef path) {
    StringRef folder = sys::path::parent_path(path);
    SmallString<256> real;
    if (sys::fs::real_path(folder.empty() ? "." : folder, real))
      return path.str();
    sys::path::append(real, sys::path::filename(path));
    return std::string(real);
  };
  return place(a) == place(b) || sys::fs::equivalent(a, b);
}

Error checkWritable(StringRef path) {
  if (path.empty())
    return cannotWrite(
        path, std::make_error_code(std::errc::no_such_file_or_directory));
  if (sys::fs::is_directory(path))
    return cannotWrite(path, std::make_error_code(std::errc::is_a_directory));
  std::string target = targetOf(path);
  StringRef folder = sys::path::parent_path(target);
  if (folder.empty())
    folder = ".";
  if (!sys::fs::is_directory(folder))
    return createStringError("cannot write '" + path + "': no folder '" +
                             folder + "'");
  StringRef place = isSpecial(path) ? path : folder;
  if (std::error_code code = sys::fs::access(place, sys::fs::AccessMode::Write))
    return cannotWrite(path, code);
  return Error::success();
}

/// By the files whose names they take.
using TemporaryFiles = std::vector<std::pair<std::string, sys::fs::TempFile>>;

static Error writeTemporary(TemporaryFiles &complete, const OutputFile &file) {
  std::string target = targetOf(file.path);
  Expected<sys::fs::TempFile> temporary =
      sys::fs::TempFile::create(target + ".%%%%%%%%");
  if (!temporary)
    return cannotWrite(file.path, errorToErrorCode(temporary.takeError()));
  raw_fd_ostream stream(temporary->FD, /*shouldClose=*/false);
  complete.emplace_back(std::move(target), std::move(*temporary));
  return writeTo(stream, file);
}

static Error writeAll(ArrayRef<OutputFile> files, TemporaryFiles &complete) {
  for (const OutputFile &file : files)
    if (!isSpecial(file.path))
      if (Error error = writeTemporary(complete, file))
        return error;
  for (const OutputFile &file : files)
    if (isSpecial(file.path))
      if (Error error = writeSpecial(file))
        return error;
  return Error::success();
}

Error writeFiles(ArrayRef<OutputFile> files) {
  TemporaryFiles complete;
  if (Error error = writeAll(files, complete)) {
    for (auto &[path, file] : complete)
      consumeError(file.discard());
    return error;
  }
  Error errors = Error::success();
  for (auto &[path, file] : complete)
    if (Error error = file.keep(path))
      errors =
          joinErrors(std::move(errors),
                     cannotWrite(path, errorToErrorCode(std::move(error))));
  return errors;
}

} // namespace attnrun
