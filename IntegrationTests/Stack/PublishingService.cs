using Contracts;
using Infrastructure.RabbitMq;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace IntegrationTests.Stack;

/// <summary>A .NET service that publishes single orders over MassTransit.</summary>
internal sealed class PublishingService : IAsyncDisposable
{
    // The bus waits longer and longer between its attempts to connect, up to half a minute, and a broker that was killed takes its time.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly IHost _host;

    private PublishingService(IHost host)
    {
        _host = host;
        Publisher = host.Services.GetRequiredService<IOrderPublisher>();
    }

    public IOrderPublisher Publisher { get; }

    /// <summary>Starts one, with settings such as <c>OrderPublisher:ConfirmSeconds=2</c>.</summary>
    public static Task<PublishingService> StartAsync(Pipeline pipeline, params string[] settings) =>
        StartAsync(configuration => configuration.AddCommandLine(pipeline.Settings(settings)));

    /// <summary>Starts one that finds its settings where the test says.</summary>
    public static async Task<PublishingService> StartAsync(Action<IConfigurationBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        configure(builder.Configuration);
        builder.Services.AddOrderPublisher();
        var host = builder.Build();
        await host.StartAsync();
        return new PublishingService(host);
    }

    /// <summary>Publishes an order.</summary>
    /// <returns>Why it is not confirmed; <see langword="null"/> when it is.</returns>
    public async Task<OrderNotConfirmedException?> TryAsync(OrderSubmitted order)
    {
        try
        {
            await Publisher.PublishAsync(order);
            return null;
        }
        catch (OrderNotConfirmedException notConfirmed)
        {
            return notConfirmed;
        }
    }

    /// <summary>Publishes an order until it is confirmed, as its caller should.</summary>
    public Task InsistAsync(OrderSubmitted order, TimeSpan? within = null) => Eventually.TrueAsync($"order {order.OrderId} is confirmed", async () =>
    {
        var notConfirmed = await TryAsync(order);
        return (notConfirmed is null, $"{notConfirmed?.Message}");
    }, within ?? Patience);

    /// <summary>Nothing is left on its way, what nobody waited for any more included.</summary>
    public Task SettlesAsync() => Eventually.EqualAsync(
        0, "orders outstanding", () => ((MassTransitOrderPublisher)Publisher).Outstanding, Patience);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
