"""Programs that would make the compiler run on, or run out of something."""
import random

from case import Case, PROGRAM, RESOURCE, large, program

LARGE = 4294967296  # 2^32


def checked(name, text, message):
    return Case(name, {"a.nn": text if isinstance(text, bytes) else program(text)}, "check a.nn", PROGRAM, message)


def shaped(name, text, command="check a.nn"):
    return Case(name, {"a.nn": program(text)}, command, PROGRAM, r"a.nn:\d+:\d+: error\[E0316\].*63 bits")


def memory(name, text, command):
    return Case(name, {"a.nn": program(text)}, command, RESOURCE, r"error\[E0703\]")


def ir(name, text, message):
    return Case(f"IR: {name}", {"a.nnir": text}, "emit graph a.nnir", PROGRAM, message)


CASES = [
    checked("100,000 nested parentheses", "let a = " + "(" * 100_000 + "1" + ")" * 100_000, r"E0107"),
    checked("100,000 nested brackets", "let a = " + "[" * 100_000 + "]" * 100_000, r"E0107"),
    checked("100,000 brackets that never close", "let a = " + "[" * 100_000, r"E0107|E0110"),
    checked("1,000,000 parentheses alone", "(" * 1_000_000, r"E01\d\d"),
    checked("100,000 signs", "let a = " + "-" * 100_000 + "1", r"E0107"),
    checked("100,000 times not", "let a = " + "not " * 100_000 + "true", r"E0107"),
    checked("100,000 sums", "let a = " + "1+" * 100_000 + "1", r"E0107"),
    checked("100,000 powers", "let a = " + "2**" * 100_000 + "1", r"E0107"),
    checked("100,000 calls", "fn f(x: int) -> int = x\nlet a = f" + "(1)" * 100_000, r"E0107"),
    checked("100,000 members", "let b = 1\nlet a = b" + ".c" * 100_000, r"E0107"),
    checked("100,000 nested loops", "fn f(x: int) -> int {\n" + "for i in 0..1 {\n" * 100_000 + "}" * 100_000 + "}", r"E0107"),
    checked("50,000 branches in one another", "let a = " + "if true { 1 } else " * 50_000 + "{ 1 }", r"E0107"),
    checked("20,000 declarations of one name", "let a = b\n" * 20_000, r"E0202"),
    checked("a number of 1,000,000 digits", "let a = " + "9" * 1_000_000, r"E0103.*64 bits"),
    checked("a name of 1,000,000 letters", "let a = " + "b" * 1_000_000, r"E0201"),
    checked("10^9 repeats", "let net = Sequential([Linear(1, 1) for i in 0..1000000000])", r"E0407.*1000000000"),
    checked("10^6 times 10^6 repeats", "let a = [[0 for i in 0..1000000] for j in 0..1000000]", r"E0407"),
    checked("10^6 times 10^6 turns of a loop", "fn f(x: f32) -> f32 {\n y = x\n for i in 0..1000000 { for j in 0..1000000 { y = y + x } }\n return y\n}", r"E0407"),
    checked("a recursion that doubles", "fn f(n: int) -> int = if n == 0 { 1 } else { f(n - 1) + f(n - 1) }\nlet a = f(60)", r"E0407"),
    checked("a recursion without end", "fn f(n: int) -> int = f(n + 1)\nlet a = f(0)", r"E0403.*does this recursion end"),
    checked("a model within itself", "model A(n: int) {\n b = A(n)\n forward(x: f32[2]) -> f32[2] = b(x)\n}\nlet net = A(1)", r"E0403"),
    checked("two models within one another",
            "model A() {\n b = B()\n forward(x: f32) -> f32 = b(x)\n}\nmodel B() {\n a = A()\n forward(x: f32) -> f32 = a(x)\n}\nlet net = A()", r"E0403"),
    checked("a list that doubles", "fn f(n: int, a: [int]) -> [int] = if n == 0 { a } else { f(n - 1, a + a) }\nlet a = f(60, [1])", r"E0407"),
    checked("a string that doubles", "fn f(n: int, a: str) -> str = if n == 0 { a } else { f(n - 1, a + a) }\nlet a = f(60, \"a\")", r"E0407"),
    checked("a polynomial of a million terms", "fn f(x: f32[A, B, C, D, E, F, G, H]) -> f32 = sum(zeros([(A + B + C + D + E + F + G + H) ** 20]))", r"E0402.*terms"),
    checked("a square of a square, and so on", "fn f(x: f32[N]) -> f32 {\n n = N\n for i in 0..60 { n = n * n }\n return sum(zeros([n]))\n}", r"E0402.*factors"),
    checked("a quotient of a quotient, and so on",
            "fn f(x: f32[N]) -> f32 {\n n = N\n for i in 0..60 { n = (n * n + 1) / 2 }\n return sum(zeros([n]))\n}", r"E0402"),
    checked("lets that need one another", "let a = b\nlet b = a", r"E0209"),
    checked("a power beyond 64 bits", "let a = 2 ** 62 * 4", r"E0402.*63 bits"),
    checked("division by zero", "let a = 1 / 0", r"E0402"),
    Case("a file that uses itself", {"a.nn": program('use "a.nn"')}, "check a.nn", PROGRAM, r"E0208"),
    Case("files that use one another", {"a.nn": program('use "b.nn"'), "b.nn": program('use "a.nn"')}, "check a.nn", PROGRAM, r"E0208"),
    Case("files that use one another by other names", {"a.nn": program('use "./b.nn"'), "b.nn": program('use "../here/a.nn"')}, "check a.nn", PROGRAM,
         r"E0208"),
    checked("NUL", b"nn 1\nlet a = 1\0\n", r"a.nn:2:10: error\[E0102\].*NUL"),
    checked("a bidirectional control", program("# ‮").encode(), r"a.nn:2:3: error\[E0102\].*U\+202E"),
    checked("a bidirectional isolate", program('let a = "⁦"').encode(), r"E0102.*U\+2066"),
    checked("invalid UTF-8", b'nn 1\nlet a = "\xff"\n', r"a.nn:2:10: error\[E0102\].*0xFF"),
    checked("overlong UTF-8", b'nn 1\nlet a = "\xc0\x80"\n', r"E0102.*0xC0"),
    checked("a surrogate", b'nn 1\nlet a = "\xed\xa0\x80"\n', r"E0102.*0xED"),
    checked("a character cut", b"nn 1\n# \xe2\x82", r"E0102.*0xE2"),
    checked("an escape sequence", program("let a = \x1b[2J").encode(), r"E0101"),
    checked("random bytes", random.Random(1).randbytes(1 << 20), r"E0102"),
    Case("16 MiB of line ends", {"a.nn": large(lambda: b"\n" * (1 << 24))}, "check a.nn", PROGRAM, r"E0108"),
    shaped("2^32 x 2^32 weights", f"let net = Linear({LARGE}, {LARGE})"),
    shaped("2^32 x 2^32 argument", f"fn f(x: f32[{LARGE}, {LARGE}]) -> f32 = x[0, 0]"),
    shaped("2^32 x 2^32 zeros", f"fn f() -> f32 = sum(zeros([{LARGE}, {LARGE}]))"),
    shaped("2^31 x 2^31 broadcast", f"fn f(x: f32[{LARGE // 2}, 1], y: f32[1, {LARGE // 2}]) -> f32 = sum(x * y)"),
    shaped("2^61 floats", f"fn f(x: f32[{2**61}]) -> f32 = x[0]"),
    shaped("2^32 x 2^32 field", f"data d {{ generate i in 0..4 {{ field x: f32[{LARGE}, {LARGE}] = zeros([{LARGE}, {LARGE}]) }} }}"),
    Case("2^63-1 rows", {"a.nn": program("fn f(x: f32[N, 4]) -> f32[N, 4] = x + 1.0")}, "emit llvm a.nn --rows 9223372036854775807", PROGRAM,
         r"E0316.*63 bits"),
    memory("8 TiB of zeros", f"fn f() -> f32[{LARGE // 2}, 1024] = zeros([{LARGE // 2}, 1024])", "run a.nn f"),
    memory("4 TB of weights", "let net = Linear(1000000, 1000000)\nfn f(x: f32[N, 1000000]) -> f32[N, 1000000] = net(x)\n"
           "data d { generate i in 0..4 { field x: f32[1000000] = zeros([1000000]) } }\n"
           "train fit { data = d; epochs = 1; minimize mean(f(x)) using sgd(lr: 0.1) }", "train a.nn --out out --quiet"),
    memory("10^12 rows", "let net = Linear(1, 1)\ndata d { generate i in 0..1000000000000 { field x: f32[1] = zeros([1]) } }\n"
           "train fit { data = d; epochs = 1; minimize mean(net(x)) using sgd(lr: 0.1) }", "train a.nn --out out --quiet"),
    ir("2^32 x 2^32", f"func @f(%x: f32[{LARGE},{LARGE}]) -> (f32[{LARGE},{LARGE}]) {{\n  return y = %x\n}}\n", r"E0\d\d\d.*63 bits"),
    ir("100,000 brackets", "func @f(%x: f32[2]) -> (f32[2]) {\n  %a = add " + "(" * 100_000 + "\n  return y = %x\n}\n", r"E0801"),
    ir("100,000 brackets in a dimension", "func @f(%x: f32[" + "(" * 100_000 + "]) -> (f32) {\n}\n", r"E0801"),
    ir("100,000 tuples", "func @f(%x: " + "(" * 100_000 + ") -> (f32) {\n}\n", r"E0801"),
    ir("NUL", b"func @f\0(%x: f32) -> (f32) {\n  return y = %x\n}\n", r"E0801"),
    ir("random bytes", random.Random(1).randbytes(1 << 20), r"E0801"),
    ir("a value that is not there", "func @f(%x: f32) -> (f32) {\n  %y = neg %z : f32\n  return y = %y\n}\n", r"E0801"),
]
