namespace Worker.Failures;

/// <summary>Whether batches may be written.</summary>
internal enum BreakerState
{
    /// <summary>By everybody.</summary>
    Closed,

    /// <summary>By nobody, until a wait has passed.</summary>
    Open,

    /// <summary>By one lane, which is finding out whether it works again.</summary>
    HalfOpen,
}
