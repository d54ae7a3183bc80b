namespace Benchmarks.Servers;

/// <summary>What a queue is to be filled with. The same backlog is the same bytes.</summary>
internal sealed record Backlog
{
    /// <summary>Messages, duplicates and bad ones included.</summary>
    public required int Messages { get; init; }

    /// <summary>What the orders follow from.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>In MassTransit's envelope instead of plain JSON.</summary>
    public bool Envelope { get; init; }

    /// <summary>Has waited for so long that the broker keeps it on disk only. What was published just now it has in memory as well.</summary>
    public bool OnDisk { get; init; }

    /// <summary>Share of messages that repeat an earlier order, 0 to 1.</summary>
    public double Duplicates { get; init; }

    /// <summary>Share of messages that are no order, 0 to 1.</summary>
    public double Bad { get; init; }

    /// <summary>With random ids (version 4) instead of time-ordered ones (version 7).</summary>
    public bool RandomIds { get; init; }

    /// <summary>Lines of every order; as many as customers have when nothing is said. Not in an envelope.</summary>
    public int? Lines { get; init; }
}

/// <summary>What a queue was filled with, and so what must be in the database in the end.</summary>
/// <param name="Messages">Messages published.</param>
/// <param name="Orders">The orders among them, each counted once.</param>
/// <param name="Bad">Messages that are no order.</param>
internal sealed record Published(long Messages, Contents Orders, long Bad)
{
    /// <summary>Bytes of all bodies together.</summary>
    public long Bytes { get; init; }
}
