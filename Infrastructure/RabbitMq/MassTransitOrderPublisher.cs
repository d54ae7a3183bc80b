using System.Diagnostics;
using Contracts;
using Infrastructure.RabbitMq.Publishing;
using Infrastructure.Telemetry;
using MassTransit;
using Microsoft.Extensions.Options;
using BrokerException = RabbitMQ.Client.Exceptions.PublishException;

namespace Infrastructure.RabbitMq;

/// <summary>
/// Publishes orders over MassTransit. No token of a caller ever reaches the publish: one that is cancelled in the middle can ruin the
/// bus's channel for every publish after it. The wait is bounded instead.
/// </summary>
internal sealed class MassTransitOrderPublisher(
    IOrderBus bus, RabbitMqConnector connector, IOptions<OrderPublisherOptions> options, TimeProvider time) : IOrderPublisher
{
    private readonly TimeSpan _timeout = TimeSpan.FromSeconds(options.Value.ConfirmSeconds);
    private readonly PublishTelemetry _telemetry = new(connector);
    private readonly PublishPlaces _places = new(options.Value.MaxOutstanding, time);
    private readonly SharedDeclaration _topology = new(() => DeclareAsync(connector, TimeSpan.FromSeconds(options.Value.ConfirmSeconds), time), time);

    /// <summary>Publishes that the bus has not come to an end with, whether somebody still waits for them or not.</summary>
    internal int Outstanding => _places.Taken;

    public async Task PublishAsync(OrderSubmitted order, CancellationToken cancellationToken = default)
    {
        if (OrderValidator.Check(order) is { } broken)
        {
            throw new OrderRefusedException(order.OrderId, broken);
        }

        // Once it is on its way nothing can call it back.
        cancellationToken.ThrowIfCancellationRequested();
        await PrepareBrokerAsync(order.OrderId, cancellationToken);
        try
        {
            await _telemetry.ObserveAsync(
                order.OrderId.ToString(), span => PublishOnBusAsync(order, span).WaitAsync(_timeout, time, cancellationToken), time);
        }
        catch (MessageReturnedException returned)
        {
            // The queue was there when it was declared; look again before the next order.
            _topology.Doubt();
            throw new OrderNotConfirmedException(order.OrderId, mayBeStored: false, "no queue took it", returned);
        }
        catch (BrokerException refused)
        {
            throw new OrderNotConfirmedException(
                order.OrderId, mayBeStored: false, "the broker refused it; its queue is full or not available", refused);
        }
        catch (Exception exception) when (exception is not OrderNotConfirmedException && !IsCancelled(exception, cancellationToken))
        {
            // The exchange may be what is missing.
            _topology.Doubt();
            throw new OrderNotConfirmedException(order.OrderId, mayBeStored: true, Reason(exception), exception);
        }
    }

    private async Task PublishOnBusAsync(OrderSubmitted order, Activity? span)
    {
        if (!await _places.TryAsync(() => bus.Publish(order, context => Prepare(context, span), CancellationToken.None)))
        {
            throw new OrderNotConfirmedException(order.OrderId, mayBeStored: false,
                $"{options.Value.MaxOutstanding:N0} earlier ones are outstanding (OrderPublisher:MaxOutstanding)");
        }
    }

    // A broker that fails while the caller cancels is still a broker that failed.
    private static bool IsCancelled(Exception exception, CancellationToken cancellationToken) =>
        exception is OperationCanceledException && cancellationToken.IsCancellationRequested;

    private static void Prepare(PublishContext<OrderSubmitted> context, Activity? span)
    {
        context.MessageId = context.Message.OrderId;
        context.Mandatory = true;
        context.Durable = true;
        if (span is not null)
        {
            foreach (var (name, value) in TraceHeaders.Of(span))
            {
                context.Headers.Set(name, value);
            }
        }
    }

    private string Reason(Exception exception) =>
        exception is TimeoutException ? $"no answer came for {_timeout.TotalSeconds:0.#} s" : BrokerRefusal.Describe(exception);

    private async Task PrepareBrokerAsync(Guid orderId, CancellationToken cancellationToken)
    {
        try
        {
            await _topology.DeclaredAsync().WaitAsync(_timeout, time, cancellationToken);
        }
        catch (Exception exception) when (exception is not TopologyMismatchException && !IsCancelled(exception, cancellationToken))
        {
            throw new OrderNotConfirmedException(orderId, mayBeStored: false, Reason(exception), exception);
        }
    }

    // MassTransit would declare only the exchange; an order published before the first worker ran would meet no queue.
    private static async Task DeclareAsync(RabbitMqConnector connector, TimeSpan patience, TimeProvider time)
    {
        var connection = await connector.OpenAsync("order topology");
        try
        {
            await RabbitMqTopology.EnsureAsync(connection, connector.Names).WaitAsync(patience, time);
        }
        finally
        {
            // Nobody has to wait for the goodbye.
            _ = connection.CloseBrieflyAsync();
        }
    }
}
