using System.Collections;
using Infrastructure.RabbitMq.Receiving;
using RabbitMQ.Client;

namespace Worker.Intake;

/// <summary>
/// About how many bytes a message's headers keep in memory. A batch holds on to them until it is stored, and a message of a hundred
/// bytes may carry headers of a hundred kilobytes.
/// </summary>
internal static class HeaderSize
{
    private const int PerEntry = 32;

    public static long Of(IReadOnlyBasicProperties properties) => properties.Headers is { } headers ? OfTable(headers, depth: 0) : 0;

    private static long OfTable(IEnumerable<KeyValuePair<string, object?>> table, int depth)
    {
        var size = 0L;
        foreach (var (name, value) in table)
        {
            size += PerEntry + name.Length + OfValue(value, depth);
        }

        return size;
    }

    private static long OfValue(object? value, int depth) => value switch
    {
        byte[] bytes => bytes.Length,
        BinaryTableValue binary => binary.Bytes.Length,
        IDictionary<string, object?> table when depth < EncodedProperties.MaxDepth => OfTable(table, depth + 1),
        IList list when depth < EncodedProperties.MaxDepth => list.Cast<object?>().Sum(item => PerEntry + OfValue(item, depth + 1)),
        _ => 0,
    };
}
