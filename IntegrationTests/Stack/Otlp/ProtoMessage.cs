using System.Buffers.Binary;
using System.Text;

namespace IntegrationTests.Stack.Otlp;

/// <summary>A message in protobuf's wire format, of which nobody knows more than the numbers of its fields.</summary>
internal sealed class ProtoMessage
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Bytes = 2;
    private const int Fixed32 = 5;

    private readonly List<(int Field, ulong Number, ReadOnlyMemory<byte> Content)> _fields = [];

    /// <exception cref="InvalidDataException">It is no such message.</exception>
    public ProtoMessage(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var tag = ReadVarint(ref bytes);
            var field = (int)(tag >> 3);
            switch ((int)(tag & 7))
            {
                case Varint:
                    _fields.Add((field, ReadVarint(ref bytes), default));
                    break;
                case Fixed64:
                    _fields.Add((field, BinaryPrimitives.ReadUInt64LittleEndian(Take(ref bytes, sizeof(ulong)).Span), default));
                    break;
                case Bytes:
                    _fields.Add((field, 0, Take(ref bytes, (int)ReadVarint(ref bytes))));
                    break;
                case Fixed32:
                    _fields.Add((field, BinaryPrimitives.ReadUInt32LittleEndian(Take(ref bytes, sizeof(uint)).Span), default));
                    break;
                default:
                    throw new InvalidDataException($"there is no wire type {tag & 7}");
            }
        }
    }

    public bool Has(int field) => _fields.Exists(each => each.Field == field);

    public IEnumerable<ProtoMessage> All(int field) =>
        _fields.Where(each => each.Field == field).Select(each => new ProtoMessage(each.Content));

    public ProtoMessage? One(int field) => All(field).SingleOrDefault();

    public ulong Number(int field) => _fields.LastOrDefault(each => each.Field == field).Number;

    public double Double(int field) => BitConverter.UInt64BitsToDouble(Number(field));

    public string Text(int field) => Encoding.UTF8.GetString(Content(field).Span);

    public string Hex(int field) => Convert.ToHexStringLower(Content(field).Span);

    /// <summary>Doubles that are packed into one field.</summary>
    public IReadOnlyList<double> Doubles(int field)
    {
        var content = Content(field);
        return [.. Enumerable.Range(0, content.Length / sizeof(double))
            .Select(index => BinaryPrimitives.ReadDoubleLittleEndian(content.Span[(index * sizeof(double))..]))];
    }

    private ReadOnlyMemory<byte> Content(int field) => _fields.LastOrDefault(each => each.Field == field).Content;

    private static ulong ReadVarint(ref ReadOnlyMemory<byte> bytes)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = Take(ref bytes, 1).Span[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> bytes, int count)
    {
        if (count < 0 || count > bytes.Length)
        {
            throw new InvalidDataException($"{count} bytes are wanted and {bytes.Length} are left");
        }

        var taken = bytes[..count];
        bytes = bytes[count..];
        return taken;
    }
}
