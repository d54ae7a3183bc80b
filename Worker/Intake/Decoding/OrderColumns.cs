using Contracts;
using Infrastructure.Postgres;

namespace Worker.Intake.Decoding;

/// <summary>The columns ahead of the lines. Their sequence is the table's, and the content hash is taken over it.</summary>
internal static class OrderColumns
{
    /// <summary>Begins a row and writes them.</summary>
    /// <param name="total">In hundredths.</param>
    public static void Write(
        CopyBuffer rows, Guid orderId, ReadOnlySpan<byte> customerId, DateTimeOffset placedAt, ReadOnlySpan<byte> currency, long total)
    {
        rows.BeginRow(OrderStore.ColumnCount);
        rows.WriteUuid(orderId);
        rows.WriteText(customerId);
        rows.WriteTimestamp(placedAt);
        rows.WriteText(currency);
        rows.WriteNumeric(total, OrderRules.TotalDecimals);
    }
}
