"""tensorboard.py DIRECTORY: prints the scalars of the one event file in a directory, a line each: step, tag, value.

Records are checked with CRC-32C from python3-crcmod, and messages are read by Google's protobuf (python3-protobuf) with descriptors made
here from the fields that TensorFlow's event.proto and summary.proto number: neither shares code with what wrote the file."""
import pathlib
import struct
import sys

import crcmod.predefined
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

Field = descriptor_pb2.FieldDescriptorProto


def event_class():
    file = descriptor_pb2.FileDescriptorProto(name="event.proto", package="tensorflow", syntax="proto3")

    def message(name, *fields):
        made = file.message_type.add(name=name)
        for field, number, kind, *rest in fields:
            label = Field.LABEL_REPEATED if rest[1:] else Field.LABEL_OPTIONAL
            made.field.add(name=field, number=number, type=kind, label=label, type_name=rest[0] if rest else None)

    message("Value", ("tag", 1, Field.TYPE_STRING), ("simple_value", 2, Field.TYPE_FLOAT))
    message("Summary", ("value", 1, Field.TYPE_MESSAGE, ".tensorflow.Value", "repeated"))
    message("Event", ("wall_time", 1, Field.TYPE_DOUBLE), ("step", 2, Field.TYPE_INT64), ("file_version", 3, Field.TYPE_STRING),
            ("summary", 5, Field.TYPE_MESSAGE, ".tensorflow.Summary"))
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("tensorflow.Event"))


def records(data):
    crc32c = crcmod.predefined.mkPredefinedCrcFun("crc-32c")

    def check(piece, stored):
        checksum = crc32c(piece)
        masked = ((checksum >> 15 | checksum << 17) + 0xA282EAD8) & 0xFFFFFFFF
        if masked != stored:
            sys.exit("a checksum is wrong")

    at = 0
    while at < len(data):
        length, length_checksum = struct.unpack_from("<QI", data, at)
        check(data[at:at + 8], length_checksum)
        record = data[at + 12:at + 12 + length]
        check(record, struct.unpack_from("<I", data, at + 12 + length)[0])
        yield record
        at += 16 + length


def main():
    [path] = pathlib.Path(sys.argv[1]).glob("events.out.tfevents.*")
    event_type = event_class()
    for record in records(path.read_bytes()):
        event = event_type.FromString(record)
        if event.file_version:
            print("version", event.file_version)
        for value in event.summary.value:
            print(event.step, value.tag, f"{value.simple_value:.4f}")


if __name__ == "__main__":
    main()
