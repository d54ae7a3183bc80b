using Contracts;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Infrastructure.RabbitMq;

/// <summary>
/// The MassTransit bus that orders are published on, and the one after it: a bus that does not come back by itself is replaced. It is not in the container, whose
/// bus is for good: stopped and started again, it refuses every publish, because its send transport stays stopped.
/// </summary>
internal sealed class OrderBus : IHostedService
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    // Longer than MassTransit waits for a channel that does not answer: only after that it closes the connection.
    private static readonly TimeSpan ReplacePatience = TimeSpan.FromMinutes(2);

    private readonly RabbitMqConnector _connector;
    private readonly RabbitMqOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private BusRun _current;
    private bool _isStopped;

    public OrderBus(RabbitMqConnector connector, IOptions<RabbitMqOptions> options, ILoggerFactory loggers, TimeProvider time)
    {
        (_connector, _options, _loggers, _time) = (connector, options.Value, loggers, time);
        _current = new BusRun(Create(), time);
    }

    /// <summary>Publishes; ends when the broker has confirmed. While there is no connection it waits for one.</summary>
    public Task PublishAsync(OrderSubmitted order, Action<PublishContext<OrderSubmitted>> prepare) =>
        Volatile.Read(ref _current).Bus.Publish(order, prepare, CancellationToken.None);

    /// <summary>Publishes from now on go over another bus. Those that are in this one fail, at once or when it has given up its connection.</summary>
    public void Replace()
    {
        lock (_gate)
        {
            if (_isStopped)
            {
                return;
            }

            var last = _current;
            _current = new BusRun(Create(), _time);
            _current.Start();
            _ = last.StopAsync(ReplacePatience);
        }
    }

    /// <summary>Does not wait for the broker.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _current.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _isStopped = true;
            return _current.StopAsync(StopPatience);
        }
    }

    private IBusControl Create()
    {
        // It is kept by flow of execution, and the flow that makes the next bus is another one.
        LogContext.ConfigureCurrentLogContext(_loggers);
        return Bus.Factory.CreateUsingRabbitMq(Configure);
    }

    private void Configure(IRabbitMqBusFactoryConfigurator broker)
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
    }

    /// <summary>A bus from its start to its stop.</summary>
    private sealed class BusRun(IBusControl bus, TimeProvider time)
    {
        // By itself it tries to connect for as long as it takes, but gives up when its login is refused.
        private static readonly TimeSpan RefusedInterval = TimeSpan.FromSeconds(5);

        private readonly CancellationTokenSource _stop = new();
        private Task _start = Task.CompletedTask;

        public IBusControl Bus => bus;

        public void Start() => _start = StartAsync();

        public async Task StopAsync(TimeSpan patience)
        {
            try
            {
                if (!_start.IsCompleted)
                {
                    await _stop.CancelAsync();
                    await _start.WaitAsync(patience, time);
                }

                await bus.StopAsync(patience);
            }
            catch (Exception)
            {
                // It was not connected, or it is stuck; the bus itself has logged what of it matters.
            }
        }

        private async Task StartAsync()
        {
            while (true)
            {
                try
                {
                    await bus.StartAsync(_stop.Token);
                    return;
                }
                catch (Exception) when (!_stop.IsCancellationRequested)
                {
                    await Task.Delay(RefusedInterval, time, _stop.Token);
                }
            }
        }
    }
}
