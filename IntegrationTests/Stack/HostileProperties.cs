using System.Buffers.Binary;
using System.Text;
using Infrastructure.RabbitMq;
using RabbitMQ.Client;

namespace IntegrationTests.Stack;

/// <summary>Properties that strangers, bugs and attackers send with a message, as AMQP encodes them.</summary>
internal static class HostileProperties
{
    private const string Controls = "\u001b[31m\r\n\t\u0085\u2028\u2029\u202e\u2066\u200b\u007f";

    // As many as go into a frame are five times that, and a broker spends many seconds on reading them.
    private const int Levels = 5_000;

    private const int PerList = 1 + sizeof(uint);
    private const int PerTable = 1 + 1 + sizeof(uint);

    /// <summary>All of them, by what they are.</summary>
    /// <param name="foreign">Where nothing may ever be published, as an exchange and as a queue.</param>
    public static IReadOnlyList<(string Name, byte[] Properties)> All(string foreign) =>
    [
        ("nothing", [0, 0]),
        Written("a death that never was", properties => properties.Headers = new Dictionary<string, object?>
        {
            ["x-death"] = new List<object?> { Death(foreign) },
            ["x-first-death-exchange"] = foreign,
            ["x-first-death-queue"] = foreign,
            ["x-first-death-reason"] = "rejected",
            ["x-last-death-reason"] = "delivery_limit",
            ["x-delivery-count"] = 1_000_000L,
            ["x-acquired-count"] = 1_000_000L,
        }),
        Written("a death of another type", properties => properties.Headers = new Dictionary<string, object?>
        {
            ["x-death"] = "yesterday",
            ["x-delivery-count"] = "many",
        }),
        Written("addresses", properties =>
        {
            properties.ReplyTo = foreign;
            properties.CorrelationId = Guid.NewGuid().ToString();
            properties.Headers = new Dictionary<string, object?>
            {
                ["MT-Fault-Address"] = $"rabbitmq://localhost/{foreign}",
                ["MT-Response-Address"] = $"exchange:{foreign}",
                ["MT-Source-Address"] = $"queue:{foreign}",
                ["MT-Fault-RetryCount"] = int.MaxValue,
                ["MT-Redelivery-Count"] = -1,
                ["MT-Reason"] = "fault",
                ["x-dead-letter-exchange"] = foreign,
                ["x-delay"] = -1,
            };
        }),
        Written("copies", properties => properties.Headers = new Dictionary<string, object?>
        {
            ["CC"] = new List<object?> { foreign },
            ["BCC"] = new List<object?> { foreign },
        }),
        Written("a priority", properties => properties.Priority = 255),
        Written("not persistent", properties => properties.DeliveryMode = DeliveryModes.Transient),
        Written("a time before all time", properties => properties.Headers = new Dictionary<string, object?> { [MessageHeaders.PublishedAt] = long.MinValue }),
        Written("a time after all time", properties => properties.Headers = new Dictionary<string, object?> { [MessageHeaders.PublishedAt] = long.MaxValue }),
        Written("a time that is none", properties => properties.Headers = new Dictionary<string, object?> { [MessageHeaders.PublishedAt] = "now" }),
        Written("control characters", properties =>
        {
            properties.MessageId = $"m-{Controls}";
            properties.CorrelationId = Controls;
            properties.ReplyTo = Controls;
            properties.Type = Controls;
            properties.AppId = Controls;
            properties.Headers = new Dictionary<string, object?> { [Controls] = Controls, ["nul\0"] = "\0" };
        }),
        Written("a thousand headers", properties => properties.Headers =
            Enumerable.Range(0, 1000).ToDictionary(i => $"header-{i}", object? (i) => $"value {i}")),
        Written("a long header", properties => properties.Headers = new Dictionary<string, object?> { ["long"] = new string('x', 120_000) }),
        Written("a long name", properties => properties.Headers = new Dictionary<string, object?> { [new string('n', 255)] = 1 }),
        Encoded("bytes that are no text", [.. Name("\u00ff\u00fe"), (byte)'S', .. Long(2), 0xC3, 0x28]),
        Encoded("twenty-five thousand headers", Many()),
        Encoded("a decimal of 255 digits", [.. Name("x"), (byte)'D', 255, .. Long(1)]),
        Encoded("lists within lists", Nested('A', Levels)),
        Encoded("tables within tables", Nested('F', Levels)),
    ];

    /// <summary>Those that a client does not survive which reads them.</summary>
    public static IReadOnlyList<(string Name, byte[] Properties)> Deadly() =>
    [
        .. All("x").Where(hostile => hostile.Name is "a decimal of 255 digits" or "lists within lists" or "tables within tables"),
        Encoded("12,000 tables within tables", Nested('F', 12_000)),
        Encoded("18,000 tables within tables", Nested('F', 18_000)),
    ];

    /// <summary>What is written with a message in the usual way.</summary>
    public static byte[] Written(Action<BasicProperties> change)
    {
        var properties = new BasicProperties { ContentType = MessageHeaders.PlainJson, Persistent = true };
        change(properties);
        var writable = (IAmqpWriteable)properties;
        var bytes = new byte[writable.GetRequiredBufferSize()];
        writable.WriteTo(bytes);
        return bytes;
    }

    private static (string, byte[]) Written(string name, Action<BasicProperties> change) => (name, Written(change));

    // Content type and headers.
    private static (string, byte[]) Encoded(string name, byte[] entries) =>
        (name, [0xA0, 0, .. Name(MessageHeaders.PlainJson), .. Long((uint)entries.Length), .. entries]);

    private static Dictionary<string, object?> Death(string foreign) => new()
    {
        ["count"] = 1_000_000L,
        ["reason"] = "rejected",
        ["exchange"] = foreign,
        ["queue"] = foreign,
        ["routing-keys"] = new List<object?> { foreign },
        ["time"] = new AmqpTimestamp(0),
    };

    // Each with a name of three letters and no value.
    private static byte[] Many()
    {
        var entries = new MemoryStream();
        for (var i = 0; i < 25_000; i++)
        {
            entries.Write([3, (byte)'h', (byte)(1 + (i / 200)), (byte)(1 + (i % 200)), (byte)'V']);
        }

        return entries.ToArray();
    }

    private static byte[] Nested(char type, int levels)
    {
        var perLevel = type == 'F' ? PerTable : PerList;
        var entries = new MemoryStream();
        entries.Write(Name("x"));
        for (var inside = (levels - 1) * perLevel; inside >= 0; inside -= perLevel)
        {
            if (type == 'F' && inside < (levels - 1) * perLevel)
            {
                entries.WriteByte(0);
            }

            entries.WriteByte((byte)type);
            entries.Write(Long((uint)inside));
        }

        return entries.ToArray();
    }

    private static byte[] Name(string name)
    {
        var bytes = Encoding.Latin1.GetBytes(name);
        return [(byte)bytes.Length, .. bytes];
    }

    private static byte[] Long(uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
