namespace Producer.Bulk;

/// <summary>What a source of orders counts while it feeds them. Written by one thread, looked at by the progress display.</summary>
internal sealed class Tally
{
    /// <summary>Lines or orders looked at.</summary>
    public long Read { get; set; }

    /// <summary>Orders repeated on purpose.</summary>
    public long Duplicates { get; set; }

    /// <summary>Orders broken on purpose.</summary>
    public long Bad { get; set; }

    /// <summary>Lines refused.</summary>
    public long Refused { get; set; }

    /// <summary>What the orders were generated from; 0 when they were not.</summary>
    public long Seed { get; init; }

    /// <summary>Reading ended at a refused line, as <c>--strict</c> wants it.</summary>
    public bool StoppedAtRefusal { get; set; }

    /// <summary>The publisher gave up, so the rest was not read.</summary>
    public bool StoppedByPublisher { get; set; }

    /// <summary>The input could not be read to its end.</summary>
    public bool InputFailed { get; set; }
}
