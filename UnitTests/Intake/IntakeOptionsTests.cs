using Infrastructure.Postgres;
using Infrastructure.RabbitMq;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using UnitTests.Support;
using Worker.Intake;

namespace UnitTests.Intake;

/// <summary>What the start says about settings: every error, with the setting's name, what it is set to and what is allowed.</summary>
public sealed class IntakeOptionsTests
{
    [Fact]
    public void Two_connection_strings_are_enough() => Assert.Empty(Settings.ErrorsOf());

    [Fact]
    public void Without_settings_the_defaults_hold()
    {
        var (intake, postgres, rabbitMq) = Settings.Read();

        Assert.Equal((2, 1000, 4 * 1024 * 1024, 0, 4000), (intake.Lanes, intake.MaxBatch, intake.MaxBatchBytes, intake.Prefetch, intake.EffectivePrefetch));
        Assert.Equal((2, 25), (intake.LingerMilliseconds, intake.ShutdownSeconds));
        Assert.Equal((5, 30), (postgres.ConnectSeconds, postgres.CommandSeconds));
        Assert.Equal(("orders", 10, 5), (rabbitMq.Pipeline, rabbitMq.HeartbeatSeconds, rabbitMq.ConnectSeconds));
    }

    [Theory]
    [InlineData("Intake:Lanes", 1, 64)]
    [InlineData("Intake:MaxBatch", 1, 10_000)]
    [InlineData("Intake:MaxBatchBytes", 65_536, 67_108_864)]
    [InlineData("Intake:LingerMilliseconds", 0, 1000)]
    [InlineData("Intake:ShutdownSeconds", 1, 600)]
    [InlineData("Postgres:ConnectSeconds", 1, 60)]
    [InlineData("Postgres:CommandSeconds", 1, 600)]
    [InlineData("RabbitMq:HeartbeatSeconds", 1, 600)]
    [InlineData("RabbitMq:ConnectSeconds", 1, 60)]
    public void A_number_may_be_at_its_limits_and_not_beyond(string setting, int least, int most)
    {
        Assert.Empty(Settings.ErrorsOf($"{setting}={least}"));
        Assert.Empty(Settings.ErrorsOf($"{setting}={most}"));
        Assert.Contains($"{setting} is {least - 1}; {least} to {most} are allowed.", Settings.ErrorsOf($"{setting}={least - 1}"));
        Assert.Contains($"{setting} is {most + 1}; {least} to {most} are allowed.", Settings.ErrorsOf($"{setting}={most + 1}"));
    }

    [Fact]
    public void A_prefetch_may_be_at_its_limits_and_not_beyond()
    {
        Assert.Empty(Settings.ErrorsOf("Intake:Prefetch=65535"));
        Assert.Contains("Intake:Prefetch is 65536; 0 to 65535 are allowed.", Settings.ErrorsOf("Intake:Prefetch=65536"));
        Assert.Contains("Intake:Prefetch is -1; 0 to 65535 are allowed.", Settings.ErrorsOf("Intake:Prefetch=-1"));
    }

    [Theory]
    [InlineData("", "ConnectionStrings:RabbitMq is not set; it wants the broker's address, amqp://user:password@host:5672/vhost (amqps:// for TLS).")]
    [InlineData("localhost", "ConnectionStrings:RabbitMq is not an AMQP address; it wants the form amqp://user:password@host:5672/vhost (amqps:// for TLS).")]
    [InlineData("http://guest:secret@localhost/", "ConnectionStrings:RabbitMq is not an AMQP address; it wants the form amqp://user:password@host:5672/vhost (amqps:// for TLS).")]
    public void A_broker_address_is_an_amqp_address(string address, string error) =>
        Assert.Equal([error], Settings.ErrorsOf($"{Settings.Broker}={address}"));

    [Fact]
    public void A_broker_may_be_reached_over_tls() => Assert.Empty(Settings.ErrorsOf($"{Settings.Broker}=amqps://localhost/shop"));

    [Fact]
    public void Certificates_belong_to_an_encrypted_address_and_are_there()
    {
        Assert.Equal(
            ["RabbitMq:CaFile is set, but ConnectionStrings:RabbitMq is not encrypted; its address would have to begin with amqps://."],
            Settings.ErrorsOf("RabbitMq:CaFile=/ca.crt"));
        Assert.Equal(
            [
                "RabbitMq:CaFile is '/no/ca.crt', and there is no such file.",
                "RabbitMq:CertificateFile and RabbitMq:KeyFile belong together; only one of them is set.",
                "RabbitMq:KeyFile is '/no/tls.key', and there is no such file.",
            ],
            Settings.ErrorsOf($"{Settings.Broker}=amqps://localhost/", "RabbitMq:CaFile=/no/ca.crt", "RabbitMq:KeyFile=/no/tls.key"));
    }

    [Theory]
    [InlineData("", "ConnectionStrings:Orders is not set; it wants the database's address, such as Host=localhost;Username=orders;Password=...;Database=orders.")]
    [InlineData("Username=orders;Password=secret", "ConnectionStrings:Orders names no Host.")]
    [InlineData("Host=a,b;Target Session Attributes=prefer-standby", "ConnectionStrings:Orders says Target Session Attributes=prefer-standby, but a worker writes; leave it out, and of several hosts the primary is taken.")]
    public void A_database_address_names_a_host_that_takes_writes(string address, string error) =>
        Assert.Equal([error], Settings.ErrorsOf($"{Settings.Database}={address}"));

    [Theory]
    [InlineData("Host=a")]
    [InlineData("Host=a,b:5433")]
    [InlineData("Host=a;Target Session Attributes=primary")]
    [InlineData("Host=a,b;Target Session Attributes=read-write")]
    public void One_host_or_several_make_a_data_source(string address)
    {
        using var database = PostgresServices.CreateDataSource(() => new PostgresOptions { ConnectionString = address });

        Assert.Equal(address.Contains(','), database.ConnectionString.Contains(','));
        Assert.Empty(Settings.ErrorsOf($"{Settings.Database}={address}"));
    }

    [Theory]
    [InlineData("Host=localhost;Password=secret;Colour=red")]
    [InlineData("Host=localhost;Password=secret;Port=secret")]
    [InlineData("postgres://orders:secret@localhost/orders")]
    public void A_database_address_that_cannot_be_read_is_told_without_its_password(string address)
    {
        var error = Assert.Single(Settings.ErrorsOf($"{Settings.Database}={address}"));

        Assert.StartsWith("ConnectionStrings:Orders cannot be read: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("=secret", error, StringComparison.Ordinal);
        Assert.DoesNotContain(":secret", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("eu.orders_1-x")]
    public void A_pipeline_may_have_letters_digits_and_a_few_signs(string pipeline) =>
        Assert.Empty(Settings.ErrorsOf($"RabbitMq:Pipeline={pipeline}", "Intake:Lanes=1"));

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("orders\n")]
    [InlineData("größe")]
    public void A_pipeline_with_anything_else_is_refused(string pipeline) => Assert.Equal(
        [$"RabbitMq:Pipeline is '{pipeline}'; 1 to 100 letters, digits, dots, hyphens and underscores are allowed."],
        Settings.ErrorsOf($"RabbitMq:Pipeline={pipeline}"));

    [Fact]
    public void A_pipeline_has_100_characters_at_most()
    {
        Assert.Empty(Settings.ErrorsOf($"RabbitMq:Pipeline={new string('x', 100)}"));
        Assert.Single(Settings.ErrorsOf($"RabbitMq:Pipeline={new string('x', 101)}"));
    }

    [Fact]
    public void A_prefetch_holds_two_batches_at_least()
    {
        Assert.Empty(Settings.ErrorsOf("Intake:MaxBatch=500", "Intake:Prefetch=1000"));
        Assert.Equal(
            [
                "Intake:Prefetch is 999, but Intake:MaxBatch is 500: while one batch is written the next one could not fill. "
                    + "Raise Intake:Prefetch to at least 1000, or set it to 0 for four times Intake:MaxBatch.",
            ],
            Settings.ErrorsOf("Intake:MaxBatch=500", "Intake:Prefetch=999"));
    }

    [Fact]
    public void A_pool_holds_a_connection_for_every_lane_and_three_more()
    {
        const string database = "ConnectionStrings:Orders=Host=localhost;Maximum Pool Size=6";

        Assert.Empty(Settings.ErrorsOf(database, "Intake:Lanes=3"));
        Assert.Equal(
            [
                "Intake:Lanes is 4, but ConnectionStrings:Orders allows 6 connections (Maximum Pool Size); a lane needs one, "
                    + "and 3 more serve the dead queue, health and status. Raise Maximum Pool Size to at least 7.",
            ],
            Settings.ErrorsOf(database, "Intake:Lanes=4"));
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var errors = Settings.ErrorsOf(
            "ConnectionStrings:RabbitMq=", "ConnectionStrings:Orders=", "RabbitMq:Pipeline=a b", "RabbitMq:HeartbeatSeconds=0",
            "Postgres:CommandSeconds=0", "Intake:Lanes=0", "Intake:MaxBatch=0", "Intake:ShutdownSeconds=9999");

        Assert.Equal(
            [
                "ConnectionStrings:Orders", "ConnectionStrings:RabbitMq", "Intake:Lanes", "Intake:MaxBatch", "Intake:ShutdownSeconds",
                "Postgres:CommandSeconds", "RabbitMq:HeartbeatSeconds", "RabbitMq:Pipeline",
            ],
            errors.Select(error => error[..error.IndexOf(' ', StringComparison.Ordinal)]));
    }

    [Fact]
    public void A_batch_far_out_of_range_leads_to_no_nonsensical_advice()
    {
        var errors = Settings.ErrorsOf("Intake:MaxBatch=2000000000");

        Assert.DoesNotContain(errors, error => error.Contains("at least -", StringComparison.Ordinal));
        Assert.DoesNotContain(errors, error => error.Contains("would be -", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Intake:Prefetch=0", 4000)]
    [InlineData("Intake:Prefetch=4000", 4000)]
    [InlineData("Intake:MaxBatch=10000", 40_000)]
    [InlineData("Intake:MaxBatch=1", 4)]
    public void The_prefetch_is_four_batches_unless_it_is_set(string setting, int prefetch) =>
        Assert.Equal(prefetch, Settings.Read(setting).Intake.EffectivePrefetch);

    [Fact]
    public void The_host_waits_longer_than_the_lanes()
    {
        using var services = Settings.Services("Intake:ShutdownSeconds=40");

        Assert.Equal(TimeSpan.FromSeconds(45), services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
    }

    [Fact]
    public void The_data_source_takes_over_the_seconds()
    {
        using var source = PostgresServices.CreateDataSource(() => new PostgresOptions { ConnectionString = "Host=localhost", ConnectSeconds = 7, CommandSeconds = 8 });

        var address = new Npgsql.NpgsqlConnectionStringBuilder(source.ConnectionString);
        Assert.Equal((7, 8, "orders-worker", true), (address.Timeout, address.CommandTimeout, address.ApplicationName, address.NoResetOnClose));
    }

    [Fact]
    public void Names_of_sections_and_settings_are_what_the_documentation_says() => Assert.Equal(
        ("RabbitMq", "Postgres", "Intake"),
        (RabbitMqOptions.Section, PostgresOptions.Section, IntakeOptions.Section));
}
