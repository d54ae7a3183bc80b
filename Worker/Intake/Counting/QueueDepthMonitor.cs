using Infrastructure.RabbitMq;
using RabbitMQ.Client;
using Worker.Failures;

namespace Worker.Intake.Counting;

/// <summary>
/// Asks the broker every few seconds how many messages wait, in the queue and in the dead queue. On a connection of its own: a question about
/// a queue that is gone closes the channel it was asked on.
/// </summary>
internal sealed class QueueDepthMonitor(RabbitMqConnector connector, WorkerName worker, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly ReconnectPolicy _reconnect = new(time, Random.Shared);
    private long _depth = -1;
    private long _deadDepth = -1;

    /// <summary>Messages waiting in the queue, without those that are handed out; <see langword="null"/> when the broker does not say.</summary>
    public long? Depth => Known(ref _depth);

    /// <summary>Messages in the dead queue; <see langword="null"/> when the broker does not say.</summary>
    public long? DeadDepth => Known(ref _deadDepth);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (true)
            {
                await WatchAsync(timer, stoppingToken);
                await Task.Delay(_reconnect.Wait, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    /// <summary>Asks until the connection fails. That is no event of its own: the lanes notice and say the same.</summary>
    private async Task WatchAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        IConnection? connection = null;
        try
        {
            connection = await connector.OpenAsync($"{worker.Value} monitor", cancellationToken);
            var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken).WaitAsync(cancellationToken);
            _reconnect.Connected();
            do
            {
                Volatile.Write(ref _depth, (await channel.CountAsync(connector.Names.Queue, time, cancellationToken)).MessageCount);
                Volatile.Write(ref _deadDepth, (await channel.CountAsync(connector.Names.DeadQueue, time, cancellationToken)).MessageCount);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            _reconnect.Lost(BrokerFault.Of(failure));
            Volatile.Write(ref _depth, -1);
            Volatile.Write(ref _deadDepth, -1);
        }
        finally
        {
            if (connection is not null)
            {
                await connection.CloseBrieflyAsync();
            }
        }
    }

    private static long? Known(ref long depth) => Volatile.Read(ref depth) is var known and >= 0 ? known : null;
}
