using Infrastructure.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Trace;
using Producer;
using Producer.Reporting;
using UnitTests.Support;

namespace UnitTests.Telemetry;

public sealed class TelemetryServicesTests
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Without_an_endpoint_nothing_is_registered(string? endpoint)
    {
        var builder = Builder((Endpoint, endpoint));
        var before = builder.Services.ToList();

        Assert.False(AddTo(builder));

        Assert.Equal(before, builder.Services);
    }

    [Theory]
    [InlineData("collector")]
    [InlineData("collector:4317")]
    [InlineData("/v1/traces")]
    public void An_endpoint_that_is_no_address_is_a_wrong_setting(string endpoint)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => AddTo(Builder((Endpoint, endpoint))));

        Assert.Equal([$"OTEL_EXPORTER_OTLP_ENDPOINT is '{endpoint}'; an address like http://localhost:4317 is wanted."], refused.Failures);
    }

    [Fact]
    public void A_producer_says_so_and_does_not_begin()
    {
        using var said = new StringWriter { NewLine = "\n" };

        var host = ProducerConfiguration.BuildHost(
            new Reporter(TextWriter.Null, said, isTerminal: false), static _ => { }, (Settings.Broker, "amqp://localhost"), (Endpoint, "collector"));

        Assert.Null(host);
        Assert.StartsWith("OTEL_EXPORTER_OTLP_ENDPOINT is 'collector'", said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_service_has_a_name_a_version_and_an_instance()
    {
        var resource = ResourceOf(Builder((Endpoint, "http://localhost:1")));

        Assert.Equal(("orders-test", "test-1"), (resource["service.name"], resource["service.instance.id"]));
        Assert.StartsWith("1.0.0", (string)resource["service.version"], StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_environment_says_of_the_service_wins()
    {
        var resource = ResourceOf(Builder(
            (Endpoint, "http://localhost:1"),
            ("OTEL_SERVICE_NAME", "intake"),
            ("OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=pod-7,deployment.environment.name=staging")));

        Assert.Equal(
            ("intake", "pod-7", "staging"),
            (resource["service.name"], resource["service.instance.id"], resource["deployment.environment.name"]));
    }

    private static Dictionary<string, object> ResourceOf(HostApplicationBuilder builder)
    {
        Assert.True(AddTo(builder));
        using var host = builder.Build();
        return host.Services.GetRequiredService<TracerProvider>().GetResource().Attributes.ToDictionary();
    }

    private static bool AddTo(HostApplicationBuilder builder) => builder.AddTelemetry("orders-test", "test-1", typeof(TelemetryServicesTests).Assembly);

    private static HostApplicationBuilder Builder(params (string Key, string? Value)[] settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)));
        return builder;
    }
}
