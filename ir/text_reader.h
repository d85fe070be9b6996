// The parts of IR text that stand alone (types, attributes, locations), and the errors about text.
#pragma once

#include "ir/diagnostics.h"
#include "ir/function.h"
#include "ir/text_cursor.h"

namespace nnc::ir {

// Each Read method reports what it cannot read (E0801) and then returns nullopt.
class TextReader {
 public:
  TextReader(uint32_t file, SourceManager& sources, Diagnostics& diagnostics)
      : cursor_(sources.file(file).text), file_(file), sources_(sources), diagnostics_(diagnostics) {}

  TextCursor& cursor() { return cursor_; }
  Span SpanOf(size_t begin, size_t end) const {
    return sources_.At(file_, static_cast<uint32_t>(begin), static_cast<uint32_t>(end));
  }

  Diagnostic& Report(size_t begin, size_t end, std::string message) {
    return diagnostics_.Report(DiagnosticKind::kBadIrText, SpanOf(begin, end), std::move(message));
  }
  // Reports that `wanted` does not come next: at the end of the line where that has ended.
  void ReportMissing(std::string_view wanted) { ReportMissing(wanted, cursor_.Place()); }
  // The same for what may stand on the next line.
  void ReportMissingLine(std::string_view wanted) { ReportMissing(wanted, cursor_.Next()); }
  // Passes over `token`, or reports that it is missing `where`, as in "after the type".
  bool Expect(std::string_view token, std::string_view where);

  // A name after the sigil '%' or '@'; `what` is what it names.
  std::optional<std::string> ReadName(std::string_view sigil, std::string_view what);
  std::optional<Op> ReadOp();
  std::optional<Type> ReadType();
  // `{key = value, ...}`, or nothing. Which keys an op has is not looked at here.
  std::optional<Attributes> ReadAttributes();
  // `loc("file":line:column)`, or nothing: then the span is unknown.
  std::optional<Span> ReadLocation();

 private:
  void ReportMissing(std::string_view wanted, size_t place);

  // The value of an attribute whose alternative is T; false where there is none. Reports nothing.
  bool Read(bool& value);
  bool Read(int64_t& value);
  bool Read(double& value);
  bool Read(Element& value);
  bool Read(std::vector<int64_t>& value);
  bool Read(Dim& value);
  bool Read(Shape& value);
  bool Read(Body&) { return false; }  // it stands after the braces
  template <class T, class ReadItem>
  bool ReadList(std::vector<T>& list, ReadItem read_item);

  std::optional<Type> ReadTuple();  // after its `(`
  std::optional<AttributeKey> ReadKey();
  std::optional<Attribute> ReadValue(AttributeKey key);

  TextCursor cursor_;
  uint32_t file_;
  SourceManager& sources_;
  Diagnostics& diagnostics_;
  bool in_tuple_ = false;  // tuples do not nest
};

// "did you mean `matmul`?", or "" where no candidate is close. `sigil` goes before the name.
std::string DidYouMean(std::string_view name, const std::vector<std::string>& candidates, std::string_view sigil = "");

}  // namespace nnc::ir
