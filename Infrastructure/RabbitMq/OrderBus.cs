using Contracts;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Infrastructure.RabbitMq;

/// <summary>
/// The MassTransit bus that orders are published on, and the one after it: a bus that does not come back by itself is replaced. It is not in the container, whose
/// bus is for good: once stopped, MassTransit's publishes on it fail for ever.
/// </summary>
internal sealed class OrderBus : IHostedService
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    private readonly RabbitMqConnector _connector;
    private readonly RabbitMqOptions _options;
    private BusRun _current;

    public OrderBus(RabbitMqConnector connector, IOptions<RabbitMqOptions> options, ILoggerFactory loggers)
    {
        (_connector, _options) = (connector, options.Value);
        LogContext.ConfigureCurrentLogContext(loggers);
        _current = new BusRun(Create());
    }

    /// <summary>Publishes; ends when the broker has confirmed. While there is no connection it waits for one.</summary>
    public Task PublishAsync(OrderSubmitted order, Action<PublishContext<OrderSubmitted>> prepare) =>
        Volatile.Read(ref _current).Bus.Publish(order, prepare, CancellationToken.None);

    /// <summary>Publishes from now on go over another bus. Those that are in this one fail.</summary>
    public void Replace()
    {
        var next = new BusRun(Create());
        next.Start();
        _ = Interlocked.Exchange(ref _current, next).StopAsync(StopPatience);
    }

    /// <summary>Does not wait for the broker.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _current.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Volatile.Read(ref _current).StopAsync(StopPatience);

    private IBusControl Create() => Bus.Factory.CreateUsingRabbitMq(broker =>
    {
        broker.Host(new Uri(_options.ConnectionString), "order publisher", host =>
        {
            host.Heartbeat(TimeSpan.FromSeconds(_options.HeartbeatSeconds));

            // Before each connection. By itself the bus would show what it was given at its start, believe any certificate at all, and at another
            // port than 5671 use none.
            host.OnRefreshConnectionFactory = factory =>
            {
                _connector.Renew(factory);
                return Task.CompletedTask;
            };
        });
        broker.Message<OrderSubmitted>(message => message.SetEntityName(_options.Names.Exchange));
        broker.Publish<OrderSubmitted>(exchange =>
        {
            exchange.ExchangeType = ExchangeType.Fanout;
            exchange.Durable = true;
            exchange.AutoDelete = false;

            // Declared with everything else before the first order is published; a publisher needs no right to do it.
            exchange.Exclude = true;
        });
    });

    /// <summary>A bus from its start to its stop.</summary>
    private sealed class BusRun(IBusControl bus)
    {
        private readonly CancellationTokenSource _stop = new();
        private Task? _start;

        public IBusControl Bus => bus;

        // It tries to connect for as long as it takes.
        public void Start() => _start = bus.StartAsync(_stop.Token);

        public async Task StopAsync(TimeSpan patience)
        {
            try
            {
                if (_start is { IsCompletedSuccessfully: true })
                {
                    await bus.StopAsync(patience);
                }
                else
                {
                    await _stop.CancelAsync();
                    await (_start ?? Task.CompletedTask).WaitAsync(patience);
                }
            }
            catch (Exception)
            {
                // It was not connected, or it is stuck; the bus itself has logged what of it matters.
            }
        }
    }
}
