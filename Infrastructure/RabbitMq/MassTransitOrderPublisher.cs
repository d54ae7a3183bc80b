using Contracts;
using Infrastructure.RabbitMq.Publishing;
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
    private readonly SemaphoreSlim _declaring = new(1);
    private volatile bool _isDeclared;

    public async Task PublishAsync(OrderSubmitted order, CancellationToken cancellationToken = default)
    {
        if (OrderValidator.Check(order) is { } broken)
        {
            throw new OrderRefusedException(order.OrderId, broken);
        }

        await PrepareBrokerAsync(order.OrderId, cancellationToken);
        try
        {
            await bus.Publish(order, Prepare, CancellationToken.None).WaitAsync(_timeout, time, cancellationToken);
        }
        catch (MessageReturnedException returned)
        {
            // The queue was there when it was declared; look again before the next order.
            _isDeclared = false;
            throw new OrderNotConfirmedException(order.OrderId, mayBeStored: false, "no queue took it", returned);
        }
        catch (BrokerException refused)
        {
            throw new OrderNotConfirmedException(
                order.OrderId, mayBeStored: false, "the broker refused it; its queue is full or not available", refused);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OrderNotConfirmedException(order.OrderId, mayBeStored: true, Reason(exception), exception);
        }
    }

    private static void Prepare(PublishContext<OrderSubmitted> context)
    {
        context.MessageId = context.Message.OrderId;
        context.Mandatory = true;
        context.Durable = true;
    }

    private string Reason(Exception exception) =>
        exception is TimeoutException ? $"no answer came for {_timeout.TotalSeconds:0.#} s" : BrokerRefusal.Describe(exception);

    private async Task PrepareBrokerAsync(Guid orderId, CancellationToken cancellationToken)
    {
        try
        {
            await DeclareOnceAsync(cancellationToken).WaitAsync(_timeout, time, cancellationToken);
        }
        catch (Exception exception) when (exception is not TopologyMismatchException && !cancellationToken.IsCancellationRequested)
        {
            throw new OrderNotConfirmedException(orderId, mayBeStored: false, Reason(exception), exception);
        }
    }

    // MassTransit declares only the exchange; an order published before the first worker ran would meet no queue.
    private async Task DeclareOnceAsync(CancellationToken cancellationToken)
    {
        if (_isDeclared)
        {
            return;
        }

        await _declaring.WaitAsync(cancellationToken);
        try
        {
            if (!_isDeclared)
            {
                await using var connection = await connector.OpenAsync("order topology", cancellationToken);
                await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
                await RabbitMqTopology.DeclareAsync(channel, connector.Names, cancellationToken);
                _isDeclared = true;
            }
        }
        finally
        {
            _declaring.Release();
        }
    }
}
