using Benchmarks.Servers;

namespace Benchmarks.Drain;

/// <summary>What is in the queue that is drained, and how contestants reach it.</summary>
/// <param name="Name">How results call it.</param>
/// <param name="Backlog">The messages.</param>
internal sealed record Scenario(string Name, Backlog Backlog)
{
    private const int DeepMessages = 1_000_000;
    private const int DefaultWarmUpMessages = 100_000;
    private const double DuplicateShare = 0.1;
    private const double BadShare = 0.001;

    /// <summary>Messages of the same kind that a contestant drains first, unmeasured: enough for its code to be compiled at its best.</summary>
    public int WarmUpMessages { get; init; } = DefaultWarmUpMessages;

    /// <summary>Contestants connect to the broker over TLS; their connections to the database stay plain.</summary>
    public bool UsesTls { get; init; }

    public static Scenario Clean(int messages) => new("plain JSON", new Backlog { Messages = messages });

    public static Scenario Envelope(int messages) => new("MassTransit envelope", new Backlog { Messages = messages, Envelope = true });

    public static Scenario OnDisk(int messages) => new("plain JSON, from disk", new Backlog { Messages = messages, OnDisk = true });

    public static Scenario Tls(int messages) => new("plain JSON over TLS", new Backlog { Messages = messages }) { UsesTls = true };

    public static Scenario Duplicates(int messages) => new("10 % duplicates", new Backlog { Messages = messages, Duplicates = DuplicateShare });

    public static Scenario Bad(int messages) => new("0.1 % bad messages", new Backlog { Messages = messages, Bad = BadShare });

    /// <summary>Memory must not grow with what waits. Without a warm-up, whose memory would count as well.</summary>
    public static Scenario Deep() => new("1,000,000 waiting, cold start", new Backlog { Messages = DeepMessages }) { WarmUpMessages = 0 };

    /// <summary>The same for a contestant that would take too long with all of it.</summary>
    public Scenario AtMost(int messages) =>
        messages >= Backlog.Messages ? this : this with { Backlog = Backlog with { Messages = messages } };
}
