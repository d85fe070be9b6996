"""Text: csv tables and corpora."""
from case import Case, DATA, bomb, gz, large, program, sparse

TRAIN = program("""data d { field x: f32 = csv("a.csv", columns: [0]); field y: f32 = csv("a.csv", columns: [1]) }
let net = Linear(1, 1)
train fit { data = d; epochs = 1; minimize mse(squeeze(net(unsqueeze(x, axis: -1)), axis: -1), y) using sgd(lr: 0.1) }""")
CORPUS = program("""data d { field x: class(_)[4] = text("a.txt", window: 4, stride: 4) }
let net = Embedding(d.x.classes, 2)
train fit { data = d; epochs = 1; minimize mean(net(x)) using sgd(lr: 0.1) }""")


def table(name, content, message):
    return Case(f"csv: {name}", {"a.nn": TRAIN, "a.csv": content}, "train a.nn --out out --quiet", DATA, message)


def corpus(name, content, message):
    return Case(f"text: {name}", {"a.nn": CORPUS, "a.txt": content}, "train a.nn --out out --quiet", DATA, message)


CASES = [
    table("empty", "", r"E0502.*no rows"),
    table("nothing but line ends", large(lambda: b"\n" * (1 << 25)), r"E0502.*no rows"),
    table("a row too short", "1,2\n3\n", r"a.csv:2:2: error\[E0501\].*1 cells"),
    table("a row too long", "1,2\n3,4,5\n", r"a.csv:2:3: error\[E0501\].*3 cells"),
    table("a quote that never closes", '1,2\n"3,4\n', r"a.csv:2:1: error\[E0501\].*never closed"),
    table("text behind a quote", '1,2\n"3"x,4\n', r"a.csv:2:1: error\[E0501\].*closing quote"),
    table("a line of 1 GiB", sparse(1 << 30, b"1,2\n" + b"1" * (1 << 20)), r"a.csv:2:1: error\[E0501\].*64 MiB"),
    table("a line of 1 GiB of zero bytes", sparse(1 << 30), r"E0501.*64 MiB"),
    table("a quoted cell of 1 GiB", sparse(1 << 30, b'1,2\n"3'), r"a.csv:2:1: error\[E0501\].*64 MiB"),
    table("60 million cells in a row", large(lambda: b"," * 60_000_000), r"a.csv:1:1: error\[E0501\].*cells"),
    table("nan", "1,2\nnan,4\n", r"a.csv:2:1: error\[E0501\].*finite"),
    table("inf", "1,2\n3,-inf\n", r"a.csv:2:2: error\[E0501\].*finite"),
    table("1e999", "1,2\n3,1e999\n", r"a.csv:2:2: error\[E0501\]"),
    table("1e39, which f32 has not", "1,2\n3,1e39\n", r"a.csv:2:2: error\[E0501\]"),
    table("a decimal comma", '"1,5",2\n3,4\n', r"a.csv:1:1: error\[E0501\].*not a number"),
    table("hexadecimal", "1,2\n0x10,4\n", r"a.csv:2:1: error\[E0501\].*not a number"),
    table("other digits", "1,2\n١,4\n", r"a.csv:2:1: error\[E0501\].*not a number"),
    table("an empty cell", "1,2\n,4\n", r"a.csv:2:1: error\[E0501\].*empty"),
    table("a NUL byte", b"1,2\n3\x00,4\n", r"a.csv:2:1: error\[E0501\]"),
    table("an escape sequence", b"1,2\n\x1b[2J,4\n", r"a.csv:2:1: error\[E0501\]"),
    table("invalid UTF-8", b"1,2\n\xff\xfe,4\n", r"a.csv:2:1: error\[E0501\]"),
    table("UTF-16", "1,2\n3,4\n".encode("utf-16"), r"E0501|E0502"),
    table("a cell of 1 MiB", b"1,2\n" + b"x" * (1 << 20) + b",4\n", r"a.csv:2:1: error\[E0501\]"),
    table("a gzip bomb of rows", bomb(b"", b"1,2\n" * (1 << 18), 400), r"E0502.*unpacks"),
    table("a gzip bomb of one line", bomb(b"", b"1" * (1 << 20), 400), r"E050[12]"),
    table("a gzip bomb of line ends", bomb(b"", b"\n" * (1 << 20), 400), r"E0502.*unpacks"),
    table("gzip within gzip", gz(gz(b"1,2\n")), r"E050[12]"),
    table("damaged gzip", gz(b"1,2\n" * 1000)[:-20], r"a.csv@\d+: error\[E0502\].*ends too early"),
    corpus("empty", "", r"E050\d"),
    corpus("invalid UTF-8", b"abcd\xffefgh", r"a.txt.*error\[E050\d\]"),
    corpus("a gzip bomb", bomb(b"", b"abcd" * (1 << 18), 400), r"E0502.*unpacks"),
]
