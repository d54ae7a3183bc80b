using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Producer.Reporting;

/// <summary>What a command did, as <c>--json</c> prints it: one object, members in this order.</summary>
internal sealed record Summary
{
    /// <summary>Lines or orders looked at; blank lines are none.</summary>
    public required long Read { get; init; }

    /// <summary>Orders handed over. Those published again for want of a confirm count once.</summary>
    public required long Published { get; init; }

    /// <summary>Orders that the broker has confirmed.</summary>
    public required long Confirmed { get; init; }

    /// <summary>How many of the published repeat an earlier one on purpose.</summary>
    public long Duplicates { get; init; }

    /// <summary>How many of the published are broken on purpose.</summary>
    public long Bad { get; init; }

    /// <summary>Lines that break a rule and were not published.</summary>
    public long Refused { get; init; }

    /// <summary>Orders that were given up; each was reported.</summary>
    public long Unconfirmed { get; init; }

    /// <summary>Hand-overs beyond the first of each order.</summary>
    public long Republished { get; init; }

    /// <summary>From the first order to the last confirm.</summary>
    public required double Seconds { get; init; }

    /// <summary>Confirmed orders a second.</summary>
    public required double OrdersPerSecond { get; init; }

    /// <summary>What the orders were generated from; 0 when they were not.</summary>
    public long Seed { get; init; }

    /// <summary>The first line when people read it; <see langword="null"/> for the usual one.</summary>
    [JsonIgnore]
    public string? Headline { get; init; }

    /// <summary>Prints it.</summary>
    /// <param name="reporter">Where to.</param>
    /// <param name="asJson">As one JSON object, for programs.</param>
    /// <param name="outputIsTaken">stdout carries the orders themselves; the result goes to stderr.</param>
    public void Print(Reporter reporter, bool asJson, bool outputIsTaken = false)
    {
        if (asJson)
        {
            reporter.Result(JsonSerializer.Serialize(this, SummaryJson.Default.Summary), outputIsTaken);
            return;
        }

        var usual = Invariant($"{Confirmed:N0} of {Published:N0} orders confirmed in {Seconds:0.0} s, {OrdersPerSecond:N0} a second");
        reporter.Result(Headline ?? usual, outputIsTaken);
        foreach (var (count, text) in Extras().Where(extra => extra.Count > 0))
        {
            reporter.Result(Invariant($"{count,12:N0} {text}"), outputIsTaken);
        }

        if (Seed != 0)
        {
            reporter.Result(Invariant($"        seed {Seed}"), outputIsTaken);
        }
    }

    private IEnumerable<(long Count, string Text)> Extras() =>
    [
        (Duplicates, "duplicates on purpose"),
        (Bad, "broken on purpose"),
        (Refused, $"lines refused, of {Read.ToString("N0", CultureInfo.InvariantCulture)}"),
        (Unconfirmed, "NOT CONFIRMED"),
        (Republished, "published again"),
    ];

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}

/// <summary>The summary as JSON, source-generated.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Summary))]
internal sealed partial class SummaryJson : JsonSerializerContext;
