using Infrastructure.RabbitMq;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Benchmarks.Servers;

/// <summary>Declares, looks at and deletes the queues of pipelines.</summary>
internal sealed class BrokerQueues(string broker) : IAsyncDisposable
{
    private const int DeleteAttempts = 10;
    private static readonly TimeSpan DeleteInterval = TimeSpan.FromSeconds(1);

    // While the broker writes out the log of some million messages it answers nobody, for longer than the client's own 20 seconds.
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromMinutes(5);

    private IConnection? _connection;
    private IChannel? _channel;

    /// <summary>Version of the broker and of what it runs on.</summary>
    public async Task<string> VersionAsync(CancellationToken cancellationToken)
    {
        await ChannelAsync(cancellationToken);
        var properties = _connection!.ServerProperties!;
        return $"{Text("product")} {Text("version")}, {Text("platform")}";

        string Text(string name) => properties[name] is byte[] text ? System.Text.Encoding.UTF8.GetString(text) : "?";
    }

    /// <summary>As the worker declares them: quorum queue, delivery limit, dead letters at least once.</summary>
    public async Task DeclareAsync(TopologyNames names, CancellationToken cancellationToken) =>
        await RabbitMqTopology.DeclareAsync(await ChannelAsync(cancellationToken), names, cancellationToken);

    /// <summary>Messages that wait; those a consumer holds are not among them.</summary>
    public async Task<long> ReadyAsync(string queue, CancellationToken cancellationToken) =>
        (await (await ChannelAsync(cancellationToken)).CountAsync(queue, TimeProvider.System, cancellationToken)).MessageCount;

    /// <summary>
    /// Deletes everything of a pipeline. A queue whose log is still being written out may not answer in time; the broker then gives up with
    /// 541 and closes the connection, so it is asked again on a new one.
    /// </summary>
    public async Task DeleteAsync(TopologyNames names, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var channel = await ChannelAsync(cancellationToken);
                await channel.QueueDeleteAsync(names.Queue, cancellationToken: cancellationToken);
                await channel.QueueDeleteAsync(names.DeadQueue, cancellationToken: cancellationToken);
                await channel.ExchangeDeleteAsync(names.Exchange, cancellationToken: cancellationToken);
                await channel.ExchangeDeleteAsync(names.DeadExchange, cancellationToken: cancellationToken);
                return;
            }
            catch (Exception exception) when (exception is OperationInterruptedException or TimeoutException && attempt < DeleteAttempts)
            {
                await Task.Delay(DeleteInterval, cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }

    private async Task<IChannel> ChannelAsync(CancellationToken cancellationToken)
    {
        if (_channel is { IsOpen: true })
        {
            return _channel;
        }

        await DisposeAsync();
        var factory = new ConnectionFactory
        {
            Uri = new Uri(broker),
            AutomaticRecoveryEnabled = false,
            ClientProvidedName = "benchmark",
            ContinuationTimeout = AnswerPatience,
        };
        _connection = await factory.CreateConnectionAsync(cancellationToken);
        _channel = await _connection.CreateChannelAsync(cancellationToken: cancellationToken);
        return _channel;
    }
}
