using RabbitMQ.Client;

namespace UnitTests.Support;

/// <summary>Properties of every kind that the client can write, in headers within headers too.</summary>
internal static class AnyProperties
{
    /// <param name="choices">The draws.</param>
    /// <param name="contentTypes">Content types that are of interest.</param>
    /// <param name="header">The name of a header that is of interest.</param>
    public static BasicProperties From(Choices choices, string[] contentTypes, string header)
    {
        var properties = new BasicProperties();
        Sometimes(() => properties.ContentType = choices.Rarely(4) ? Short(choices) : choices.OneOf<string>(contentTypes));
        Sometimes(() => properties.ContentEncoding = choices.OneOf("utf-8", "gzip", "identity", "", Short(choices)));
        Sometimes(() => properties.Headers = Headers(choices, header));
        Sometimes(() => properties.DeliveryMode = choices.OneOf(DeliveryModes.Transient, DeliveryModes.Persistent));
        Sometimes(() => properties.Priority = (byte)choices.Below(256));
        Sometimes(() => properties.CorrelationId = Short(choices));
        Sometimes(() => properties.ReplyTo = Short(choices));
        Sometimes(() => properties.Expiration = Short(choices));
        Sometimes(() => properties.MessageId = Short(choices));
        Sometimes(() => properties.Timestamp = new AmqpTimestamp(choices.BelowLong(long.MaxValue)));
        Sometimes(() => properties.Type = Short(choices));
        Sometimes(() => properties.UserId = Short(choices));
        Sometimes(() => properties.AppId = Short(choices));
        Sometimes(() => properties.ClusterId = Short(choices));
        return properties;

        void Sometimes(Action set)
        {
            if (choices.Rarely(2))
            {
                set();
            }
        }
    }

    // The header may stand anywhere among the others, or in one of the tables only.
    private static Dictionary<string, object?> Headers(Choices choices, string header)
    {
        var headers = Table(choices, header, depth: 0);
        if (choices.Rarely(2))
        {
            headers.Remove(header);
            headers[header] = choices.Rarely(3) ? Value(choices, header, depth: 0) : choices.OneOf<object?>(Number(choices), (int)Number(choices));
            foreach (var (key, value) in Table(choices, header, depth: 0))
            {
                headers.TryAdd(key, value);
            }
        }

        return headers;
    }

    private static Dictionary<string, object?> Table(Choices choices, string header, int depth)
    {
        var table = new Dictionary<string, object?>();
        for (var count = choices.Below(5); count > 0; count--)
        {
            var name = choices.Below(8) switch
            {
                0 => header + "x",
                1 => header[..^1],
                2 => header.ToUpperInvariant(),
                3 when depth > 0 => header,
                4 => "",
                _ => Short(choices),
            };
            table[name] = Value(choices, header, depth);
        }

        return table;
    }

    private static object? Value(Choices choices, string header, int depth) => choices.Below(depth < 3 ? 18 : 15) switch
    {
        0 => null,
        1 => Short(choices),
        2 => Bytes(choices),
        3 => choices.Rarely(2),
        4 => (byte)choices.Below(256),
        5 => (sbyte)choices.Below(256),
        6 => (short)Number(choices),
        7 => (ushort)Number(choices),
        8 => (int)Number(choices),
        9 => (uint)Number(choices),
        10 => Number(choices),
        11 => choices.Below(1000) / 8f,
        12 => choices.Below(1000) / 8d,
        13 => choices.Below(int.MaxValue) / 100m,
        14 => choices.OneOf<object>(new AmqpTimestamp(Number(choices)), new BinaryTableValue(Bytes(choices))),
        15 => Table(choices, header, depth + 1),
        16 => new System.Collections.Hashtable { ["a"] = Value(choices, header, depth + 1) },
        _ => List(choices, header, depth + 1),
    };

    private static List<object?> List(Choices choices, string header, int depth)
    {
        var list = new List<object?>();
        for (var count = choices.Below(4); count > 0; count--)
        {
            list.Add(Value(choices, header, depth));
        }

        return list;
    }

    private static long Number(Choices choices) => choices.Below(4) switch
    {
        0 => choices.Below(1000),
        1 => -choices.BelowLong(long.MaxValue),
        2 => choices.OneOf(long.MinValue, long.MaxValue, int.MinValue, int.MaxValue, -1),
        _ => choices.BelowLong(long.MaxValue),
    };

    private static byte[] Bytes(Choices choices)
    {
        var bytes = new byte[choices.Below(40)];
        new Random(choices.Below(int.MaxValue)).NextBytes(bytes);
        return bytes;
    }

    // At most 255 bytes, of which a code point takes up to four.
    private static string Short(Choices choices) => choices.Below(6) switch
    {
        0 => "",
        1 => new string('x', choices.Between(250, 255)),
        _ => AnyOrder.Text(choices, 63),
    };
}
