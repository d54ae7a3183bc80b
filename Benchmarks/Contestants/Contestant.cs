namespace Benchmarks.Contestants;

/// <summary>Somebody who takes orders from a queue into the database: a program that speaks the protocol of <see cref="Peers.Contest"/>.</summary>
internal sealed record Contestant
{
    /// <summary>How results call it.</summary>
    public required string Name { get; init; }

    /// <summary>The program: a .NET assembly, or an executable.</summary>
    public required string Program { get; init; }

    /// <summary>Its own tuning.</summary>
    public string[] Arguments { get; init; } = [];

    /// <summary>Processes that share the queue.</summary>
    public int Processes { get; init; } = 1;

    /// <summary>Reads libpq's connection strings instead of Npgsql's.</summary>
    public bool UsesLibpq { get; init; }

    /// <summary>Orders it is measured with at most; slow ones take their time with fewer.</summary>
    public int MostOrders { get; init; } = int.MaxValue;

    /// <summary>Orders it warms up with at most.</summary>
    public int MostWarmUpOrders { get; init; } = int.MaxValue;

    /// <summary>The same contestant for a broker's URI that begins with <c>amqps://</c>.</summary>
    /// <param name="caFile">The authorities that may sign the broker's certificate, in PEM.</param>
    public Contestant OverTls(string caFile) => this with { Arguments = [.. Arguments, "--ca-file", caFile] };

    public bool IsBuilt => File.Exists(Program);
}
