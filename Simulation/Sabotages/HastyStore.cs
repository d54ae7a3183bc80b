using Infrastructure.Postgres;

namespace Simulation.Sabotages;

/// <summary>Says that a batch is stored as soon as it is sent.</summary>
internal sealed class HastyStore(IOrderStore store) : IOrderStore
{
    public Task<bool> TryCopyAsync(IOrderRows rows, CancellationToken cancellationToken)
    {
        _ = store.TryCopyAsync(rows, CancellationToken.None);
        return Task.FromResult(true);
    }

    public Task<MergeResult> MergeAsync(IOrderRows rows, CancellationToken cancellationToken) => store.MergeAsync(rows, cancellationToken);

    public Task ProbeAsync(CancellationToken cancellationToken) => store.ProbeAsync(cancellationToken);

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
