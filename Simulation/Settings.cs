using Simulation.Engine;
using Worker.Intake;

namespace Simulation;

/// <summary>What a run is like: drawn from its seed, so that every run tries something else and most leave something out.</summary>
internal sealed class Settings
{
    public Settings(World world)
    {
        var random = world.Random;
        var maxBatch = world.Pick([1, 2, 3, 5, 8, 13, 20, 50, 120]);
        Intake = new IntakeOptions
        {
            Lanes = random.Next(1, 3),
            MaxBatch = maxBatch,
            MaxBatchBytes = world.Pick([700, 4_000, 64 * 1024]),
            Prefetch = maxBatch * random.Next(2, 7),
            LingerMilliseconds = world.Pick([0, 2, 20]),
            HoldSeconds = world.Pick([1, 5, 60, 300]),
            ShutdownSeconds = world.Pick([1, 5, 25]),
        };
        Replicas = random.Next(1, 4);
        Messages = 20 + (int)(world.Chance(0.1) ? 180 * random.NextDouble() : 60 * random.NextDouble());
        Poison = world.Chance(0.2) ? random.Next(Messages) : -1;
        Span = world.Between(10, 20_000);
        DuplicateShare = ShareOrNone(world, 0.2);
        ConflictShare = ShareOrNone(world, 0.15);
        UnreadableShare = ShareOrNone(world, 0.15);
        RefusedShare = ShareOrNone(world, 0.15);
        IdentifiedShare = world.Pick([0.0, 0.8, 1.0]);
        Mishaps = random.Next(9);
        MishapInterval = world.Pick([20, 100, 400]);
        Kinds = [.. Enum.GetValues<Mishap>().Where(_ => world.Chance(0.6))];
        WriteFaultShare = world.Pick([0, 0, 0.05, 0.2, 0.5]);
        WriteFaults = random.Next(1, 13);
        RequeuesAtFront = world.Chance(0.5);
        CarriesCounts = world.Chance(0.5);
    }

    public IntakeOptions Intake { get; }

    /// <summary>How long a lane may hold messages that it cannot write.</summary>
    public TimeSpan LongestHold => TimeSpan.FromSeconds(Intake.HoldSeconds);

    /// <summary>
    /// How long the broker lets anybody hold a message. A minute more is for what comes before the breaker opens and for slow batches, and half a
    /// minute for every answer that may never come.
    /// </summary>
    public TimeSpan LongestTolerated => LongestHold + TimeSpan.FromSeconds(60) + (WriteFaultShare > 0 ? WriteFaults * TimeSpan.FromSeconds(30) : TimeSpan.Zero);

    public int Replicas { get; }

    public int Messages { get; }

    /// <summary>Number of the message that kills the process that is about to store it; -1 when there is none.</summary>
    public int Poison { get; }

    /// <summary>How long publishing takes.</summary>
    public TimeSpan Span { get; }

    public double DuplicateShare { get; }

    public double ConflictShare { get; }

    public double UnreadableShare { get; }

    public double RefusedShare { get; }

    /// <summary>Share of the messages that have a message id.</summary>
    public double IdentifiedShare { get; }

    /// <summary>How many mishaps there may be.</summary>
    public int Mishaps { get; }

    /// <summary>Steps between two of them, on average.</summary>
    public int MishapInterval { get; }

    /// <summary>Those that happen in this run.</summary>
    public IReadOnlyList<Mishap> Kinds { get; }

    /// <summary>Share of the writes that fail.</summary>
    public double WriteFaultShare { get; }

    /// <summary>How many writes may fail.</summary>
    public int WriteFaults { get; }

    /// <summary>Whether what comes back to the queue stands before the rest.</summary>
    public bool RequeuesAtFront { get; }

    /// <summary>It counts deliveries as RabbitMQ 4 does and not as 3 did: on from queue to queue, and without those that are given back with a word.</summary>
    public bool CarriesCounts { get; }

    private static double ShareOrNone(World world, double most) => world.Chance(0.3) ? 0 : most * world.Random.NextDouble();
}
