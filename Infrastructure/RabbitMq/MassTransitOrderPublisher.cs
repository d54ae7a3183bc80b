using System.Diagnostics;
using Contracts;
using Infrastructure.RabbitMq.Publishing;
using Infrastructure.Telemetry;
using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using BrokerException = RabbitMQ.Client.Exceptions.PublishException;

namespace Infrastructure.RabbitMq;

/// <summary>
/// Publishes orders over MassTransit. No token of a caller ever reaches the publish: one that is cancelled in the middle can ruin the
/// bus's channel for every publish after it. The wait is bounded instead.
/// </summary>
internal sealed class MassTransitOrderPublisher : IOrderPublisher
{
    // What the bus waits for between two attempts to connect, at most.
    private static readonly TimeSpan BusRetries = TimeSpan.FromSeconds(30);

    private readonly OrderBus _bus;
    private readonly RabbitMqConnector _connector;
    private readonly OrderPublisherOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimeSpan _timeout;
    private readonly PublishTelemetry _telemetry;
    private readonly PublishPlaces _places;
    private readonly SharedDeclaration _topology;
    private readonly BusSilence _silence;

    public MassTransitOrderPublisher(
        OrderBus bus,
        RabbitMqConnector connector,
        IOptions<OrderPublisherOptions> options,
        TimeProvider time,
        ILogger<MassTransitOrderPublisher> logger)
    {
        (_bus, _connector, _options, _time, _logger) = (bus, connector, options.Value, time, logger);
        _timeout = TimeSpan.FromSeconds(_options.ConfirmSeconds);
        _telemetry = new PublishTelemetry(connector);
        _places = new PublishPlaces(_options.MaxOutstanding, _timeout, time);
        _topology = new SharedDeclaration(ReadyAsync, time);
        _silence = new BusSilence(BusRetries + _timeout, time);
    }

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
        var began = _time.GetTimestamp();

        // The bus tries again by itself when a connection breaks; what was refused the second time may have been taken the first.
        var attempts = 0;
        try
        {
            await _telemetry.ObserveAsync(
                order.OrderId.ToString(), span => PublishOnBusAsync(order, span, () => attempts++, began, cancellationToken), _time);
        }
        catch (MessageReturnedException returned)
        {
            // The queue was there when it was declared; look again before the next order.
            _topology.Doubt();
            throw new OrderNotConfirmedException(order.OrderId, mayBeStored: attempts > 1, "no queue took it", returned);
        }
        catch (BrokerException refused)
        {
            throw new OrderNotConfirmedException(
                order.OrderId, mayBeStored: attempts > 1, "the broker refused it; its queue is full or not available", refused);
        }
        catch (Exception exception) when (exception is not OrderNotConfirmedException && !IsCancelled(exception, cancellationToken))
        {
            if (exception is TimeoutException)
            {
                _silence.Goes(began);
            }

            // The exchange may be what is missing.
            _topology.Doubt();
            throw new OrderNotConfirmedException(order.OrderId, mayBeStored: true, Reason(exception, "no answer came for"), exception);
        }
    }

    private async Task PublishOnBusAsync(OrderSubmitted order, Activity? span, Action attempt, long began, CancellationToken cancellationToken)
    {
        var turn = await TakeTurnAsync(order.OrderId, began, cancellationToken);
        var publishing = _places.PublishAsync(turn, () => HearAsync(_bus.PublishAsync(order, context =>
        {
            attempt();
            Prepare(context, span);
        })));
        var left = _timeout - _time.GetElapsedTime(began);
        await publishing.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time, cancellationToken);
    }

    // An answer is one for the bus even when nobody waits for it any more.
    private async Task HearAsync(Task publish)
    {
        try
        {
            await publish;
            _silence.Break();
        }
        catch (Exception answer) when (answer is MessageReturnedException or BrokerException)
        {
            _silence.Break();
            throw;
        }
    }

    // Waits for the turn and nothing else: what it ends with must say whether the bus was given the order.
    private async Task<SemaphoreSlim> TakeTurnAsync(Guid orderId, long began, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_timeout, _time);
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            if (await _places.TakeAsync(wait.Token) is { } turn)
            {
                return turn;
            }
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            _silence.Goes(began);
            _topology.Doubt();
            throw new OrderNotConfirmedException(
                orderId, mayBeStored: false, $"its turn did not come for {_timeout.TotalSeconds:0.#} s; earlier ones are not confirmed either", late);
        }

        throw new OrderNotConfirmedException(
            orderId, mayBeStored: false, $"{_options.MaxOutstanding:N0} earlier ones are outstanding (OrderPublisher:MaxOutstanding)");
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

    private string Reason(Exception exception, string timeout) =>
        exception is TimeoutException ? $"{timeout} {_timeout.TotalSeconds:0.#} s" : BrokerRefusal.Describe(exception);

    private async Task PrepareBrokerAsync(Guid orderId, CancellationToken cancellationToken)
    {
        try
        {
            await _topology.DeclaredAsync().WaitAsync(_timeout, _time, cancellationToken);
        }
        catch (Exception exception) when (exception is not TopologyMismatchException && !IsCancelled(exception, cancellationToken))
        {
            throw new OrderNotConfirmedException(
                orderId, mayBeStored: false, Reason(exception, "exchange and queue were not declared within"), exception);
        }
    }

    // A broker that answers here and a bus that hears nothing do not fit together: its connection is one that the client does not know to be lost.
    private async Task ReadyAsync()
    {
        try
        {
            await DeclareAsync();
        }
        catch
        {
            // Not the bus's fault; it has its time once the broker is there.
            _silence.Break();
            throw;
        }

        if (_silence.IsTooLong(out var silence))
        {
            _logger.BusIsSilent(silence.TotalSeconds);
            _bus.Replace();
            _places.Renew();
        }
    }

    // MassTransit would declare only the exchange; an order published before the first worker ran would meet no queue.
    private async Task DeclareAsync()
    {
        var connection = await _connector.OpenAsync("order topology");
        try
        {
            await RabbitMqTopology.EnsureAsync(connection, _connector.Names).WaitAsync(_timeout, _time);
        }
        finally
        {
            // Nobody has to wait for the goodbye.
            _ = connection.CloseBrieflyAsync();
        }
    }
}
