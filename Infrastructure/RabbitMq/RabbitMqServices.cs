using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Infrastructure.RabbitMq;

/// <summary>Registers the broker side.</summary>
public static class RabbitMqServices
{
    /// <summary>Options from section <c>RabbitMq</c> and <c>ConnectionStrings:RabbitMq</c>, checked at start, and the <see cref="RabbitMqConnector"/>.</summary>
    public static IServiceCollection AddRabbitMq(this IServiceCollection services)
    {
        services.AddOptions<RabbitMqOptions>()
            .BindConfiguration(RabbitMqOptions.Section, binder => binder.ErrorOnUnknownConfiguration = true)
            .Configure<IConfiguration>((options, configuration) =>
                options.ConnectionString = configuration.GetConnectionString(RabbitMqOptions.ConnectionStringName) ?? "")
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RabbitMqOptions>, RabbitMqOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RabbitMqOptions>, RabbitMqTextValidator>());
        services.TryAddSingleton(provider => new RabbitMqConnector(provider.CurrentOptions<RabbitMqOptions>));
        return services;
    }

    /// <summary>
    /// <see cref="IOrderPublisher"/> over a MassTransit bus of its own. The application's host starts and stops the bus; options come from
    /// section <c>OrderPublisher</c>.
    /// </summary>
    public static IServiceCollection AddOrderPublisher(this IServiceCollection services)
    {
        services.AddRabbitMq();
        services.AddOptions<OrderPublisherOptions>().BindConfiguration(OrderPublisherOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OrderPublisherOptions>, OrderPublisherOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IOrderPublisher, MassTransitOrderPublisher>();
        services.TryAddSingleton<OrderBus>();
        services.AddHostedService(provider => provider.GetRequiredService<OrderBus>());
        return services;
    }
}
