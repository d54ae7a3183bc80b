using Benchmarks.Peers;
using RabbitMQ.Client;

namespace ClientEfCore;

/// <summary>One connection to the broker, and as many lanes as there may be writes at the same time.</summary>
internal sealed class Intake : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly EfCoreOrderStore _store;
    private readonly List<Lane> _lanes = [];

    private Intake(IConnection connection, EfCoreOrderStore store)
    {
        _connection = connection;
        _store = store;
    }

    /// <summary>Returns once all consumers are registered.</summary>
    public static async Task<IAsyncDisposable> StartAsync(BatchTuning tuning, string broker, ConsumeOrder order)
    {
        var factory = new ConnectionFactory { Uri = new Uri(broker), ClientProvidedName = "peer" };
        var store = await EfCoreOrderStore.OpenAsync(order.ConnectionString, tuning.Batch);
        var intake = new Intake(await factory.CreateConnectionAsync(), store);
        for (var i = 0; i < tuning.Concurrency; i++)
        {
            intake._lanes.Add(await Lane.StartAsync(intake._connection, order.Queue, tuning, intake._store));
        }

        return intake;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_lanes.Select(lane => lane.StopAsync()));
        await _connection.DisposeAsync();
        await _store.DisposeAsync();
    }
}
