using Infrastructure.Postgres;

namespace Simulation.Sabotages;

/// <summary>Tries what was rolled back again at once, for as long as it takes.</summary>
internal sealed class ImpatientStore(IOrderStore store) : IOrderStore
{
    public Task<bool> TryCopyAsync(IOrderRows rows, CancellationToken cancellationToken) =>
        RepeatAsync(() => store.TryCopyAsync(rows, cancellationToken));

    public Task<MergeResult> MergeAsync(IOrderRows rows, CancellationToken cancellationToken) =>
        RepeatAsync(() => store.MergeAsync(rows, cancellationToken));

    public Task ProbeAsync(CancellationToken cancellationToken) => store.ProbeAsync(cancellationToken);

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private static async Task<T> RepeatAsync<T>(Func<Task<T>> attempt)
    {
        while (true)
        {
            try
            {
                return await attempt();
            }
            catch (OrderStoreException failure) when (failure.Fault.Kind is FaultKind.RolledBack or FaultKind.Environment)
            {
                // Again.
            }
        }
    }
}
