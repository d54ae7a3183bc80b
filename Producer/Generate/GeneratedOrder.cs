namespace Producer.Generate;

/// <summary>What a generated order is.</summary>
internal enum GeneratedKind
{
    /// <summary>A new, valid order.</summary>
    Fresh,

    /// <summary>An earlier order again, byte for byte.</summary>
    Duplicate,

    /// <summary>An order that breaks a rule, or is none.</summary>
    Bad,
}

/// <summary>An order that was generated.</summary>
/// <param name="Id">The order's id; of a bad one an id of its own.</param>
/// <param name="Json">The order as JSON. Valid until the next one is generated.</param>
/// <param name="Kind">What it is.</param>
internal readonly record struct GeneratedOrder(Guid Id, ReadOnlyMemory<byte> Json, GeneratedKind Kind);
