namespace Infrastructure.Postgres;

/// <summary>A batch could not be stored, or nobody knows whether it was.</summary>
/// <param name="fault">What that means.</param>
/// <param name="cause">What was thrown.</param>
public sealed class OrderStoreException(PostgresFault fault, Exception? cause = null) : Exception(Text(fault), cause)
{
    /// <summary>What it means for the batch.</summary>
    public PostgresFault Fault { get; } = fault;

    private static string Text(PostgresFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return fault.Problem;
    }
}
