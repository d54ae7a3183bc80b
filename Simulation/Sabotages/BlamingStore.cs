using Infrastructure.Postgres;
using Simulation.Database;

namespace Simulation.Sabotages;

/// <summary>Puts every row of a batch aside when one of them is refused.</summary>
internal sealed class BlamingStore(IOrderStore store, SimulatedDatabase database) : IOrderStore
{
    public async Task<bool> TryCopyAsync(IOrderRows rows, CancellationToken cancellationToken)
    {
        try
        {
            return await store.TryCopyAsync(rows, cancellationToken);
        }
        catch (OrderStoreException refusal) when (refusal.Fault.Kind == FaultKind.BadRow)
        {
            Blame(rows, refusal.Fault);
            return true;
        }
    }

    public async Task<MergeResult> MergeAsync(IOrderRows rows, CancellationToken cancellationToken)
    {
        try
        {
            return await store.MergeAsync(rows, cancellationToken);
        }
        catch (OrderStoreException refusal) when (refusal.Fault.Kind == FaultKind.BadRow)
        {
            Blame(rows, refusal.Fault);
            return default;
        }
    }

    public Task ProbeAsync(CancellationToken cancellationToken) => store.ProbeAsync(cancellationToken);

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private void Blame(IOrderRows rows, PostgresFault fault)
    {
        database.Commit(rows.DeadLetters);
        database.Commit([.. rows.HashOfOrder.Select(row => rows.ConflictOf(row.Key) with { Reason = DeadLetter.RefusedReason + fault.SqlState })]);
    }
}
