using Contracts;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Infrastructure.RabbitMq;

/// <summary>Sets up the bus that orders are published on: the pipeline's exchange, no receiving endpoint, no usage telemetry.</summary>
internal static class MassTransitBus
{
    public static void AddOrderBus(this IServiceCollection services) => services.AddMassTransit<IOrderBus>(bus =>
    {
        bus.ConfigureUsageTelemetryOptions(telemetry => telemetry.Enabled = false);
        bus.UsingRabbitMq((context, broker) =>
        {
            var options = context.GetRequiredService<IOptions<RabbitMqOptions>>().Value;
            var connector = context.GetRequiredService<RabbitMqConnector>();
            broker.Host(new Uri(options.ConnectionString), "order publisher", host =>
            {
                host.Heartbeat(TimeSpan.FromSeconds(options.HeartbeatSeconds));

                // Before each connection. By itself the bus would show what it was given at its start, believe any certificate at all, and at another
                // port than 5671 use none.
                host.OnRefreshConnectionFactory = factory =>
                {
                    connector.Renew(factory);
                    return Task.CompletedTask;
                };
            });
            broker.Message<OrderSubmitted>(message => message.SetEntityName(options.Names.Exchange));
            broker.Publish<OrderSubmitted>(exchange =>
            {
                exchange.ExchangeType = RabbitMQ.Client.ExchangeType.Fanout;
                exchange.Durable = true;
                exchange.AutoDelete = false;

                // Declared with everything else before the first order is published; a publisher needs no right to do it.
                exchange.Exclude = true;
            });
        });
    });
}
