using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace DevServers.Demo;

/// <summary>Asks the broker how many messages wait in the queue. Messages that a worker holds unacknowledged are not among them.</summary>
internal sealed class OrderQueue : IAsyncDisposable
{
    private const string Name = "orders";

    private readonly IConnection _connection;
    private IChannel? _channel;

    private OrderQueue(IConnection connection)
    {
        _connection = connection;
    }

    public static async Task<OrderQueue> ConnectAsync(string connectionString, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { Uri = new Uri(connectionString), AutomaticRecoveryEnabled = false };
        return new OrderQueue(await factory.CreateConnectionAsync("demo", cancellationToken));
    }

    /// <summary>0 as well when there is no such queue yet.</summary>
    public async Task<long> DepthAsync(CancellationToken cancellationToken)
    {
        _channel ??= await _connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            return (await _channel.QueueDeclarePassiveAsync(Name, cancellationToken)).MessageCount;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            // The broker answers by closing the channel.
            _channel = null;
            return 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
    }
}
