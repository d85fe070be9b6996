"""terminal.py COLUMNS[,COLUMNS...] COMMAND...: runs the command on a pseudo terminal that python3-pyte emulates, and prints what is on its
screen at the end. Of several widths, the terminal has the first, and is resized to each of the others in turn while the command runs."""
import fcntl
import os
import pty
import select
import struct
import sys
import termios

import pyte

ROWS = 200  # so that nothing scrolls away


def resize(terminal, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))


def main():
    widths, command = [int(width) for width in sys.argv[1].split(",")], sys.argv[2:]
    child, terminal = pty.fork()
    if child == 0:
        os.environ["TERM"] = "xterm"
        os.execvp(command[0], command)
    resize(terminal, widths[0])
    screen = pyte.Screen(widths[0], ROWS)
    stream = pyte.ByteStream(screen)
    raw, frames = b"", 0
    while select.select([terminal], [], [], 60)[0]:
        try:
            piece = os.read(terminal, 1 << 16)
        except OSError:  # Linux's way to say that the other end is closed
            break
        if not piece:
            break
        raw += piece
        stream.feed(piece)
        frames = raw.count(b"\033[?2026l")
        if frames > 2 and len(widths) > 1:
            widths.pop(0)
            resize(terminal, widths[0])
            screen.resize(ROWS, widths[0])
    _, status = os.waitpid(child, 0)
    for line in screen.display:
        if line.strip():
            print(line.rstrip())
    print("colours:", "yes" if b"\033[36m" in raw else "no")
    print("cursor:", "hidden" if screen.cursor.hidden else "shown")
    print("exit:", os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
