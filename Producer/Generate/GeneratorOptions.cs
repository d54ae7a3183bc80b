namespace Producer.Generate;

/// <summary>What is generated. The same options give the same orders, byte for byte.</summary>
internal sealed record GeneratorOptions
{
    /// <summary>Default of <see cref="Customers"/>.</summary>
    public const int DefaultCustomers = 100_000;

    /// <summary>What everything random follows from.</summary>
    public required long Seed { get; init; }

    /// <summary>When the first order is placed.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Customers there are; the first few place most orders. At least 1.</summary>
    public int Customers { get; init; } = DefaultCustomers;

    /// <summary>Share of orders that repeat an earlier one, 0 to 1.</summary>
    public double Duplicates { get; init; }

    /// <summary>Share of orders that are broken, 0 to 1.</summary>
    public double Bad { get; init; }

    /// <summary>Amounts are written as strings, as MassTransit writes them.</summary>
    public bool AmountsAsText { get; init; }
}
