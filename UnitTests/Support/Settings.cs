using Infrastructure.Postgres;
using Infrastructure.RabbitMq;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Worker.Intake;

namespace UnitTests.Support;

/// <summary>The worker's settings as its start sees them: good ones, and on top of them what a test is about.</summary>
internal static class Settings
{
    public const string Broker = "ConnectionStrings:RabbitMq";
    public const string Database = "ConnectionStrings:Orders";

    /// <summary>All that the start would complain about, sorted; empty when it would not.</summary>
    public static IReadOnlyList<string> ErrorsOf(params ReadOnlySpan<string> settings)
    {
        using var services = Services(settings);
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (OptionsValidationException one)
        {
            return [.. one.Failures.Order(StringComparer.Ordinal)];
        }
        catch (AggregateException many)
        {
            return [.. many.InnerExceptions.Cast<OptionsValidationException>().SelectMany(one => one.Failures).Order(StringComparer.Ordinal)];
        }
    }

    public static ServiceProvider Services(params ReadOnlySpan<string> settings)
    {
        var values = new Dictionary<string, string?>
        {
            [Broker] = "amqp://guest:secret@localhost:5672/",
            [Database] = "Host=localhost;Username=orders;Password=secret;Database=orders",
        };
        foreach (var setting in settings)
        {
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            values[setting[..equals]] = setting[(equals + 1)..];
        }

        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        services.AddLogging();
        services.AddIntake(new IntakeSwitches(Migrate: false));
        return services.BuildServiceProvider();
    }

    public static (IntakeOptions Intake, PostgresOptions Postgres, RabbitMqOptions RabbitMq) Read(params ReadOnlySpan<string> settings)
    {
        using var services = Services(settings);
        return (Of<IntakeOptions>(services), Of<PostgresOptions>(services), Of<RabbitMqOptions>(services));
    }

    private static T Of<T>(ServiceProvider services)
        where T : class => services.GetRequiredService<IOptions<T>>().Value;
}
