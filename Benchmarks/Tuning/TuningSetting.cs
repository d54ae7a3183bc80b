using System.Text.Json.Serialization;
using Benchmarks.Contestants;
using Worker.Intake;

namespace Benchmarks.Tuning;

/// <summary>The settings that make the worker fast or slow.</summary>
/// <param name="Lanes"><c>Intake:Lanes</c>.</param>
/// <param name="MaxBatch"><c>Intake:MaxBatch</c>.</param>
/// <param name="Multiple"><c>Intake:Prefetch</c>, in batches.</param>
/// <param name="Linger"><c>Intake:LingerMilliseconds</c>.</param>
internal sealed record TuningSetting(int Lanes, int MaxBatch, int Multiple, int Linger)
{
    // A sweep has many points. A few seconds each will do.
    private const int MostOrders = 200_000;
    private const int MostWarmUpOrders = 50_000;

    /// <summary>What is installed.</summary>
    public static TuningSetting Default { get; } = new(
        IntakeOptions.DefaultLanes,
        IntakeOptions.DefaultMaxBatch,
        new IntakeOptions().EffectivePrefetch / IntakeOptions.DefaultMaxBatch,
        IntakeOptions.DefaultLingerMilliseconds);

    public int Prefetch => Multiple * MaxBatch;

    /// <summary>The worker refuses to start with a prefetch that AMQP cannot express.</summary>
    [JsonIgnore]
    public bool IsPossible => Prefetch <= IntakeOptions.MaxPrefetch;

    [JsonIgnore]
    public string LanesText => Lanes == 1 ? "1 lane" : $"{Lanes} lanes";

    [JsonIgnore]
    public string LanesAndBatch => FormattableString.Invariant($"{LanesText}, batch {MaxBatch}");

    [JsonIgnore]
    public string LingerText => FormattableString.Invariant($"linger {Linger} ms");

    public string Name => FormattableString.Invariant($"{LanesAndBatch}, prefetch {Multiple}x, {LingerText}");

    [JsonIgnore]
    public Contestant Contestant => Roster.Workers with
    {
        Name = Name,
        Arguments = [.. Roster.Workers.Arguments, "--lanes", $"{Lanes}", "--batch", $"{MaxBatch}", "--prefetch", $"{Prefetch}", "--linger-ms", $"{Linger}"],
        MostOrders = MostOrders,
        MostWarmUpOrders = MostWarmUpOrders,
    };
}
