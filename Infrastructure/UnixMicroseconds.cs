namespace Infrastructure;

/// <summary>The unit of publish times on the wire: microseconds since 1970-01-01, UTC.</summary>
public static class UnixMicroseconds
{
    /// <summary>The instant in this unit; what is finer is cut off.</summary>
    public static long Of(DateTimeOffset instant) => (instant.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;
}
