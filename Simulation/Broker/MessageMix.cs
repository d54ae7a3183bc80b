using System.Globalization;
using System.Text;
using Infrastructure.Postgres;
using RabbitMQ.Client;
using Simulation.Engine;
using Worker.Intake.Decoding;

namespace Simulation.Broker;

/// <summary>Makes up the messages of a run: orders, repetitions, orders of a known id with other content, and what is no order at all.</summary>
internal sealed class MessageMix(World world, Settings settings)
{
    // How the database refuses a row: the first says which line of a COPY it was.
    private static readonly string[] Refusals = ["23514", "23503", "P0001"];

    private readonly List<Message> _messages = [];
    private readonly List<Content> _orders = [];
    private readonly CopyBuffer _row = new(1024);

    /// <summary>All that is said, each once.</summary>
    public List<Content> Contents { get; } = [];

    /// <summary>What kills the process that is about to store it; <see langword="null"/> when nothing does.</summary>
    public Content? Poison { get; private set; }

    public IReadOnlyList<Message> Make()
    {
        while (_messages.Count < settings.Messages)
        {
            _messages.Add(MakeOne(_messages.Count));
        }

        return _messages;
    }

    private Message MakeOne(int number)
    {
        if (number == settings.Poison)
        {
            Poison = NewPoison(number);
            return NewMessage(number, Poison, NewMessageId(number));
        }

        if (_messages.Count > 0 && world.Chance(settings.DuplicateShare) && world.Pick(_messages) is var again && again.Content != Poison)
        {
            // Published twice for want of a confirm, or sent twice by somebody.
            return NewMessage(number, again.Content, world.Chance(0.5) ? again.Properties.MessageId : NewMessageId(number));
        }

        return NewMessage(number, NewContent(number), NewMessageId(number));
    }

    private Message NewMessage(int number, Content content, string? messageId)
    {
        var message = new Message
        {
            Number = number,
            Body = Encoding.Latin1.GetBytes(content.Key),
            Properties = new BasicProperties { ContentType = "application/json", MessageId = messageId },
            Content = content,
        };
        content.Messages.Add(message);
        return message;
    }

    private string? NewMessageId(int number) =>
        world.Chance(settings.IdentifiedShare) ? string.Create(CultureInfo.InvariantCulture, $"m{number}") : null;

    private Content NewContent(int number)
    {
        var content = MakeContent(number);
        Contents.Add(content);
        return content;
    }

    private Content NewPoison(int number)
    {
        var content = Order(NewOrderId(), number, null) with { Reason = DeadLetter.CrashReason };
        Contents.Add(content);
        return content;
    }

    private Content MakeContent(int number)
    {
        if (world.Chance(settings.UnreadableShare))
        {
            return Unreadable(number);
        }

        if (_orders.Count > 0 && world.Chance(settings.ConflictShare))
        {
            var rival = world.Pick(_orders);
            return Order(rival.OrderId, number, null);
        }

        if (world.Chance(settings.RefusedShare))
        {
            return Order(NewOrderId(), number, world.Pick(Refusals));
        }

        var order = Order(NewOrderId(), number, null);
        _orders.Add(order);
        return order;
    }

    private Guid NewOrderId()
    {
        Span<byte> id = stackalloc byte[16];
        world.Random.NextBytes(id);
        return new Guid(id);
    }

    private Content Unreadable(int number) => (number % 4) switch
    {
        0 => new Content($"{{\"note\":{number}}}", Guid.Empty, Guid.Empty, "decode.unknown_member", null),
        1 => new Content($"{{\"orderId\":{number}", Guid.Empty, Guid.Empty, "decode.malformed_json", null),
        2 => new Content($"[{number}]", Guid.Empty, Guid.Empty, "decode.wrong_root_type", null),
        _ => new Content(Body(Guid.Empty, number, total: "1.00"), Guid.Empty, Guid.Empty, "rule.total_mismatch", null),
    };

    private Content Order(Guid orderId, int number, string? sqlState)
    {
        var body = Body(orderId, number, total: "37.50");
        _row.Reset();
        if (OrderDecoder.Decode(Encoding.UTF8.GetBytes(body), BodyFormat.Plain, _row, out _) is { } refusal)
        {
            throw new InvalidOperationException($"{refusal.Reason}: {body}");
        }

        var hash = new Guid(_row.Written.Span[^16..], bigEndian: true);
        return new Content(body, orderId, hash, sqlState is null ? null : DeadLetter.RefusedReason + sqlState, sqlState);
    }

    // Rows of several lengths, so that a torn one cannot fit by chance.
    private static string Body(Guid orderId, int number, string total) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"orderId":"{{orderId}}","customerId":"customer-{{number}}","placedAt":"2026-11-20T23:15:01Z","currency":"EUR","total":{{total}},"lines":[{"sku":"{{new string('s', 1 + (number % 60))}}","quantity":3,"unitPrice":12.5}]}""");
}
