using System.Buffers.Binary;
using System.IO.Hashing;
using Infrastructure.Postgres;

namespace Simulation.Database;

/// <summary>Reads ids and hashes out of binary COPY, and holds every row against its hash: a torn row does not pass.</summary>
internal static class CopiedKeys
{
    private const int UuidSize = 16;

    /// <exception cref="InvalidDataException">The server would not take it.</exception>
    public static List<KeyValuePair<Guid, Guid>> Read(ReadOnlySpan<byte> bytes)
    {
        var keys = new List<KeyValuePair<Guid, Guid>>();
        var at = CopyBuffer.HeaderLength;
        while (true)
        {
            var begin = at;
            var fields = BinaryPrimitives.ReadInt16BigEndian(Take(bytes, ref at, sizeof(short)));
            if (fields == -1)
            {
                return at == bytes.Length ? keys : throw new InvalidDataException("something follows the end mark");
            }

            if (fields != OrderStore.ColumnCount)
            {
                throw new InvalidDataException($"a row has {fields} fields");
            }

            keys.Add(ReadRow(bytes, begin, ref at));
        }
    }

    private static KeyValuePair<Guid, Guid> ReadRow(ReadOnlySpan<byte> bytes, int begin, ref int at)
    {
        var orderId = ToUuid(Field(bytes, ref at));
        for (var i = 2; i < OrderStore.ColumnCount; i++)
        {
            Field(bytes, ref at);
        }

        Span<byte> hash = stackalloc byte[UuidSize];
        XxHash128.Hash(bytes[begin..at], hash);
        var contentHash = ToUuid(Field(bytes, ref at));
        return contentHash == ToUuid(hash)
            ? KeyValuePair.Create(orderId, contentHash)
            : throw new InvalidDataException($"the row of order {orderId} is not what its hash says");
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> bytes, ref int at) =>
        Take(bytes, ref at, BinaryPrimitives.ReadInt32BigEndian(Take(bytes, ref at, sizeof(int))));

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> bytes, ref int at, int count)
    {
        if (count < 0 || count > bytes.Length - at)
        {
            throw new InvalidDataException($"{count} bytes are wanted, {bytes.Length - at} are there");
        }

        at += count;
        return bytes.Slice(at - count, count);
    }

    private static Guid ToUuid(ReadOnlySpan<byte> field) => new(field, bigEndian: true);
}
