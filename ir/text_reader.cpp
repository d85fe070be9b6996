#include "ir/text_reader.h"

#include <fmt/format.h>

namespace nnc::ir {

std::string DidYouMean(std::string_view name, const std::vector<std::string>& candidates, std::string_view sigil) {
  std::string closest = Closest(name, candidates);
  return closest.empty() ? "" : fmt::format("did you mean `{}{}`?", sigil, closest);
}

void TextReader::ReportMissing(std::string_view wanted, size_t place) {
  std::string_view token = place == cursor_.Next() ? cursor_.NextToken() : "";
  std::string found = token.empty() ? "the line ends" : fmt::format("there is `{}`", token);
  if (cursor_.AtEnd()) found = "the text ends";
  Report(place, place + token.size(), fmt::format("expected {}, but {} here", wanted, found));
}

bool TextReader::Expect(std::string_view token, std::string_view where) {
  if (cursor_.Accept(token)) return true;
  ReportMissing(fmt::format("`{}` {}", token, where));
  return false;
}

std::optional<std::string> TextReader::ReadName(std::string_view sigil, std::string_view what) {
  if (cursor_.Accept(sigil)) {
    if (auto name = cursor_.Name()) return name;
  }
  ReportMissing(fmt::format("{}, as in `{}name`", what, sigil));
  return std::nullopt;
}

std::optional<Op> TextReader::ReadOp() {
  size_t begin = cursor_.Next();
  std::string_view word = cursor_.Word();
  if (word.empty()) {
    ReportMissing("the name of an op");
    return std::nullopt;
  }
  std::optional<Op> op = OpNamed(word);
  if (op) return op;
  std::vector<std::string> names;
  for (Op known : AllOps()) names.emplace_back(InfoOf(known).mnemonic);
  Report(begin, cursor_.position(), fmt::format("there is no op `{}`", word)).Help(DidYouMean(word, names));
  return std::nullopt;
}

std::optional<Type> TextReader::ReadTuple() {
  Type type;
  do {
    std::optional<Type> part = ReadType();
    if (!part) return std::nullopt;
    type.parts.push_back(*std::move(part));
  } while (cursor_.Accept(","));
  return Expect(")", "after the types of a tuple") ? std::optional(std::move(type)) : std::nullopt;
}

std::optional<Type> TextReader::ReadType() {
  if (!in_tuple_ && cursor_.Accept("(")) {
    in_tuple_ = true;
    std::optional<Type> tuple = ReadTuple();
    in_tuple_ = false;
    return tuple;
  }
  Type type;
  size_t begin = cursor_.Place();
  if (!Read(type.element)) {
    std::string_view word = cursor_.NextToken();
    Report(begin, begin + word.size(), fmt::format("expected a type, as in `f32[32, 3]`, but there is `{}` here", word))
        .Help("the element types are f32, f64, bf16, i32, i64, u8 and bool");
    return std::nullopt;
  }
  if (!cursor_.NextIs("[")) return type;
  if (!Read(type.shape)) {
    ReportMissing("the dimensions of a shape, as in `[32, 2*N + 1]`");
    return std::nullopt;
  }
  for (const Dim& dim : type.shape) {
    if (!dim.is_constant() || dim.value() >= 0) continue;
    Report(begin, cursor_.position(), fmt::format("a dimension cannot be {}", dim.value()));
    return std::nullopt;
  }
  try {
    CheckSize(type);
  } catch (const DimOverflow&) {
    Report(begin, cursor_.position(), "the bytes of this type do not fit in 63 bits");
    return std::nullopt;
  }
  return type;
}

std::optional<Span> TextReader::ReadLocation() {
  if (!cursor_.AcceptWord("loc")) return Span{};
  std::optional<std::string> path;
  std::optional<uint32_t> line, column, length = 0;
  bool complete = cursor_.Accept("(") && (path = cursor_.Quoted()) && cursor_.Accept(":") &&
                  (line = cursor_.ReadNumber<uint32_t>()) && cursor_.Accept(":") &&
                  (column = cursor_.ReadNumber<uint32_t>()) &&
                  (!cursor_.Accept("+") || (length = cursor_.ReadNumber<uint32_t>())) && cursor_.Accept(")");
  if (complete) return Span{sources_.Intern(*path), *line, *column, *length};
  ReportMissing("a place, as in `loc(\"spiral.nn\":17:40)`");
  return std::nullopt;
}

std::optional<Attributes> TextReader::ReadAttributes() {
  Attributes attributes;
  if (!cursor_.Accept("{")) return attributes;
  do {
    size_t begin = cursor_.Next();
    std::optional<AttributeKey> key = ReadKey();
    if (!key) return std::nullopt;
    if (attributes.Find(*key) != nullptr) {
      Report(begin, cursor_.position(), fmt::format("the attribute `{}` is given twice", Name(*key)));
      return std::nullopt;
    }
    if (!Expect("=", "after the name of an attribute")) return std::nullopt;
    std::optional<Attribute> value = ReadValue(*key);
    if (!value) return std::nullopt;
    attributes.Set(*key, *std::move(value));
  } while (cursor_.Accept(","));
  if (!Expect("}", "after the attributes")) return std::nullopt;
  return attributes;
}

std::optional<AttributeKey> TextReader::ReadKey() {
  size_t begin = cursor_.Next();
  std::string_view word = cursor_.Word();
  std::optional<AttributeKey> key = AttributeNamed(word);
  if (word.empty()) ReportMissing("the name of an attribute");
  if (key || word.empty()) return key;
  static const std::vector<std::string> names = {
#define NNC_ATTRIBUTE(name, text, type) text,
#include "ir/attributes.def"
#undef NNC_ATTRIBUTE
  };
  Report(begin, cursor_.position(), fmt::format("there is no attribute `{}`", word)).Help(DidYouMean(word, names));
  return std::nullopt;
}

namespace {

std::string_view Example(bool) { return "`true` or `false`"; }
std::string_view Example(int64_t) { return "an int, as `1`"; }
std::string_view Example(double) { return "a number, as `1.0`, `1e-05`, `-inf` or `nan`"; }
std::string_view Example(Element) { return "an element type, as `f32`"; }
std::string_view Example(const std::vector<int64_t>&) { return "a list of ints, as `[0, 1]`"; }
std::string_view Example(const Dim&) { return "a dimension, as `32` or `2*N + 1`"; }
std::string_view Example(const Shape&) { return "a shape, as `[32, N]`"; }
std::string_view Example(const Body&) { return "which is written after the attributes, as `func @body(...)`"; }

}  // namespace

std::optional<Attribute> TextReader::ReadValue(AttributeKey key) {
  auto read = [&]<class T>(T value) -> std::optional<Attribute> {
    if (Read(value)) return value;
    ReportMissing(fmt::format("the value of `{}`, {}", Name(key), Example(value)));
    return std::nullopt;
  };
  switch (key) {
#define NNC_ATTRIBUTE(name, text, type) \
  case AttributeKey::k##name:           \
    return read(type{});
#include "ir/attributes.def"
#undef NNC_ATTRIBUTE
  }
  return std::nullopt;
}

bool TextReader::Read(bool& value) {
  value = cursor_.AcceptWord("true");
  return value || cursor_.AcceptWord("false");
}

bool TextReader::Read(int64_t& value) {
  auto number = cursor_.ReadNumber<int64_t>();
  if (number) value = *number;
  return number.has_value();
}

bool TextReader::Read(double& value) {
  auto number = cursor_.ReadNumber<double>();
  if (number) value = *number;
  return number.has_value();
}

bool TextReader::Read(Element& value) {
  std::optional<Element> element = ElementNamed(cursor_.NextToken());
  if (!element) return false;
  value = *element;
  return cursor_.AcceptWord(Name(value));
}

bool TextReader::Read(Dim& value) {
  std::optional<Dim> dim = cursor_.Dimension();
  if (dim) value = *dim;
  return dim.has_value();
}

template <class T, class ReadItem>
bool TextReader::ReadList(std::vector<T>& list, ReadItem read_item) {
  if (!cursor_.Accept("[")) return false;
  if (cursor_.Accept("]")) return true;
  do {
    if (!read_item(list.emplace_back())) return false;
  } while (cursor_.Accept(","));
  return cursor_.Accept("]");
}

bool TextReader::Read(std::vector<int64_t>& value) {
  return ReadList(value, [this](int64_t& item) { return Read(item); });
}

bool TextReader::Read(Shape& value) {
  return ReadList(value, [this](Dim& item) { return Read(item); });
}

}  // namespace nnc::ir
