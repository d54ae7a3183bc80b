using System.Text.Json;
using System.Threading.Channels;
using Benchmarks.Peers;
using Contracts;
using Infrastructure.Postgres;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace ClientEfCore;

/// <summary>
/// One channel with one consumer, and a loop that writes what it delivers. Orders are written in the sequence of their delivery, so that one
/// acknowledgement stands for all of a batch.
/// </summary>
internal sealed class Lane
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly IChannel _channel;
    private readonly BatchTuning _tuning;
    private readonly EfCoreOrderStore _store;

    // Not bounded here: the prefetch bounds it.
    private readonly Channel<(ulong Tag, OrderRow Order)> _deliveries = Channel.CreateUnbounded<(ulong, OrderRow)>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private string _consumerTag = "";
    private Task _writing = Task.CompletedTask;

    private Lane(IChannel channel, BatchTuning tuning, EfCoreOrderStore store)
    {
        _channel = channel;
        _tuning = tuning;
        _store = store;
    }

    /// <summary>Returns once the consumer is registered.</summary>
    public static async Task<Lane> StartAsync(IConnection connection, string queue, BatchTuning tuning, EfCoreOrderStore store)
    {
        var channel = await connection.CreateChannelAsync();
        await channel.BasicQosAsync(0, (ushort)tuning.Prefetch, global: false);

        var lane = new Lane(channel, tuning, store);
        lane._writing = Task.Run(lane.WriteAsync);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += lane.ReceiveAsync;
        lane._consumerTag = await channel.BasicConsumeAsync(queue, autoAck: false, consumer);
        return lane;
    }

    /// <summary>Stops receiving, writes what is there, and returns.</summary>
    public async Task StopAsync()
    {
        await _channel.BasicCancelAsync(_consumerTag);
        _deliveries.Writer.TryComplete();
        await _writing;
        await _channel.DisposeAsync();
    }

    private async Task ReceiveAsync(object sender, BasicDeliverEventArgs delivery)
    {
        OrderSubmitted? order;
        try
        {
            // The body is only valid in here.
            order = JsonSerializer.Deserialize(delivery.Body.Span, OrderJson.Default.OrderSubmitted);
        }
        catch (JsonException)
        {
            order = null;
        }

        if (order is null)
        {
            await _channel.BasicRejectAsync(delivery.DeliveryTag, requeue: false, delivery.CancellationToken);
            return;
        }

        // What comes after the end is not acknowledged and so goes back to the queue.
        _deliveries.Writer.TryWrite((delivery.DeliveryTag, OrderRows.From(order, delivery.Body.Span)));
    }

    private async Task WriteAsync()
    {
        var batch = new List<OrderRow>(_tuning.Batch);
        while (await FillAsync(batch) is { } lastTag)
        {
            try
            {
                await _store.SaveAsync(batch, CancellationToken.None);
                await _channel.BasicAckAsync(lastTag, multiple: true);
            }
            catch (Exception failure)
            {
                await Console.Error.WriteLineAsync($"A batch of {batch.Count} orders goes back to the queue: {failure}");
                await Task.Delay(PauseAfterFailure);
                await GiveBackAsync(lastTag);
            }

            batch.Clear();
        }
    }

    private async Task GiveBackAsync(ulong lastTag)
    {
        try
        {
            await _channel.BasicNackAsync(lastTag, multiple: true, requeue: true);
        }
        catch (AlreadyClosedException)
        {
            // The broker gives back what a lost channel held, and the client opens the next one.
        }
    }

    /// <summary>Waits for a first order, then for more until the batch is full or old enough.</summary>
    /// <returns>The tag of the last one; null at the end.</returns>
    private async Task<ulong?> FillAsync(List<OrderRow> batch)
    {
        var reader = _deliveries.Reader;
        if (!await reader.WaitToReadAsync())
        {
            return null;
        }

        using var patience = _tuning.Linger > TimeSpan.Zero ? new CancellationTokenSource(_tuning.Linger) : null;
        ulong lastTag = 0;
        while (true)
        {
            while (batch.Count < _tuning.Batch && reader.TryRead(out var delivery))
            {
                lastTag = delivery.Tag;
                batch.Add(delivery.Order);
            }

            if (batch.Count == _tuning.Batch || patience is null)
            {
                return lastTag;
            }

            try
            {
                if (!await reader.WaitToReadAsync(patience.Token))
                {
                    return lastTag;
                }
            }
            catch (OperationCanceledException)
            {
                return lastTag;
            }
        }
    }
}
