using System.Text.Json.Serialization;
using Benchmarks.Contestants;
using Benchmarks.Drain;
using Benchmarks.Servers;

namespace Benchmarks.Growth;

/// <summary>What grows.</summary>
internal enum GrowthPart
{
    /// <summary>The rows in the table.</summary>
    Table,

    /// <summary>The messages that wait.</summary>
    Backlog,

    /// <summary>The lines of an order.</summary>
    Lines,

    /// <summary>The processes that share a queue.</summary>
    Replicas,
}

/// <summary>One point of a curve: the worker drains a queue while one thing is as large as this.</summary>
internal sealed record GrowthCase
{
    // Fewer than usual: there are many points, and the code is warm after these.
    private const int WarmUpMessages = 50_000;

    public required GrowthPart Part { get; init; }

    /// <summary>How large it is.</summary>
    public required int Size { get; init; }

    /// <summary>Orders that are drained.</summary>
    public required int Orders { get; init; }

    /// <summary>Ids are random (version 4), those in the table and those that come.</summary>
    public bool RandomIds { get; init; }

    [JsonIgnore]
    public string Ids => RandomIds ? "v4 ids" : "v7 ids";

    /// <summary>The curve it belongs to, where a part has several.</summary>
    [JsonIgnore]
    public string Series => Part is GrowthPart.Table ? Ids : "";

    public string Name => FormattableString.Invariant(Part switch
    {
        GrowthPart.Table => $"{Size:N0} rows in the table, {Ids}",
        GrowthPart.Backlog => $"{Size:N0} waiting",
        GrowthPart.Lines => $"{Size:N0} line{(Size == 1 ? "" : "s")} an order",
        _ => $"{Size:N0} process{(Size == 1 ? "" : "es")}",
    });

    /// <summary>Rows the table has before.</summary>
    [JsonIgnore]
    public int EarlierRows => Part is GrowthPart.Table ? Size : 0;

    [JsonIgnore]
    public Contestant Contestant => Part is GrowthPart.Replicas ? Roster.Workers with { Processes = Size } : Roster.Workers;

    [JsonIgnore]
    public Scenario Scenario => new(
        Name,
        new Backlog
        {
            Messages = Orders,
            RandomIds = RandomIds,
            Lines = Part is GrowthPart.Lines ? Size : null,

            // No broker has millions in memory.
            OnDisk = Part is GrowthPart.Backlog,
        })
    {
        WarmUpMessages = WarmUpMessages,
    };
}
