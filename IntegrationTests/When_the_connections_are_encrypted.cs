using DevServers;
using Infrastructure.RabbitMq;
using IntegrationTests.Stack;
using Microsoft.Extensions.Configuration;

namespace IntegrationTests;

public sealed class When_the_connections_are_encrypted(EncryptedServers servers) : IClassFixture<EncryptedServers>
{
    private DeployedServers Deployed => servers.Deployed;

    [Fact]
    public async Task A_worker_with_certificates_and_no_password_takes_orders()
    {
        servers.SignClients();
        await using var worker = await WorkerUnderTest.StartReadyAsync(Deployed.Pipeline, servers.Settings());
        await Deployed.Ledger.StoresAsync(Some.Orders(3000));
        await Deployed.Ledger.SettlesAsync();

        Assert.True(await Deployed.Pipeline.ScalarAsync<bool>(
            $"select bool_and(ssl and client_dn = '/CN={DeployedServers.Writer}') from pg_stat_ssl join pg_stat_activity using (pid) where usename = '{DeployedServers.Writer}'"));
    }

    [Fact]
    public async Task Whoever_publishes_may_log_in_with_a_certificate_too()
    {
        servers.Authority.Sign(DeployedServers.Producer, servers.File("producer"));
        var order = Some.Order();
        await using var service = await PublisherAsync(configuration => configuration.AddCommandLine(
        [
            $"ConnectionStrings:RabbitMq={servers.Broker()}",
            $"RabbitMq:CaFile={servers.File("ca.crt")}",
            $"RabbitMq:CertificateFile={servers.File("producer.crt")}",
            $"RabbitMq:KeyFile={servers.File("producer.key")}",
        ]));
        await service.Publisher.PublishAsync(order);

        servers.SignClients();
        await using var worker = await WorkerUnderTest.StartReadyAsync(Deployed.Pipeline, servers.Settings());
        await Deployed.Ledger.StoresAsync([order]);
        await Deployed.Ledger.SettlesAsync();
    }

    [Fact]
    public async Task A_broker_and_a_database_of_another_authority_are_not_believed()
    {
        servers.SignClients();
        using var other = new CertificateAuthority("somebody else");
        other.WriteTo(servers.File("other.crt"));

        await IsNotBelievedAsync(
            "127.0.0.1 shows a certificate that is not accepted",
            "The remote certificate was rejected",
            $"RabbitMq:CaFile={servers.File("other.crt")}",
            $"ConnectionStrings:Orders={servers.DatabaseWithCertificate().Replace(servers.File("ca.crt"), servers.File("other.crt"))}");
    }

    [Fact]
    public async Task A_broker_and_a_database_of_another_name_are_not_believed()
    {
        servers.SignClients();
        await IsNotBelievedAsync(
            "localhost shows a certificate that was issued to another name (CN=broker)",
            "The remote certificate was rejected",
            $"ConnectionStrings:RabbitMq={servers.Broker("localhost")}",
            $"ConnectionStrings:Orders={servers.DatabaseWithCertificate("localhost")}");
    }

    [Fact]
    public async Task Publishers_do_not_believe_them_either()
    {
        using var other = new CertificateAuthority("somebody else");
        other.WriteTo(servers.File("other.crt"));
        await using var service = await PublisherAsync(configuration => configuration.AddCommandLine(
            [$"ConnectionStrings:RabbitMq={servers.Broker()}", $"RabbitMq:CaFile={servers.File("other.crt")}"]));

        var refused = await service.TryAsync(Some.Order());
        Assert.Contains("not accepted", refused?.Message);
    }

    [Fact]
    public async Task A_certificate_of_another_authority_lets_nobody_in()
    {
        servers.SignClients();
        using var other = new CertificateAuthority("orders test authority");
        other.Sign(DeployedServers.Worker, servers.File("worker"));
        await using var worker = await WorkerUnderTest.StartAsync(Deployed.Pipeline, settings: servers.Settings());
        await Eventually.TrueAsync("the broker refuses", async () =>
        {
            var (isReady, body) = await worker.ReadyAsync();
            return (!isReady && body.GetProperty("checks").GetProperty("broker").GetProperty("detail").GetString()!.Contains("lanes consume; "), body.ToString());
        });
    }

    [Fact]
    public async Task A_certificate_that_is_replaced_is_shown_at_the_next_connection()
    {
        servers.SignClients();
        await using var worker = await WorkerUnderTest.StartReadyAsync(Deployed.Pipeline, servers.Settings());
        await OneMoreIsStoredAsync();

        // The first user is not let in any more.
        servers.SignClients(DeployedServers.Operator);
        await Deployed.ControlAsync("clear_permissions", "-p", "orders", DeployedServers.Worker);
        await Deployed.ControlAsync("close_all_user_connections", DeployedServers.Worker, "rotated");
        await OneMoreIsStoredAsync();
        await worker.BecomesReadyAsync();
        await Deployed.ControlAsync("set_permissions", "-p", "orders", DeployedServers.Worker, "^$", "^$", @"^orders(\.dead)?$");
    }

    [Fact]
    public async Task A_writers_certificate_that_is_replaced_is_shown_to_the_database_at_the_next_connection()
    {
        servers.SignClients();
        await using var worker = await WorkerUnderTest.StartReadyAsync(Deployed.Pipeline, servers.Settings());
        await OneMoreIsStoredAsync();
        var shown = await SerialsAsync();

        servers.SignClients();
        Assert.True(await Deployed.Pipeline.DisconnectAsync(DeployedServers.Writer) > 0);
        await OneMoreIsStoredAsync();
        Assert.Empty((await SerialsAsync()).Intersect(shown));

        async Task<string[]> SerialsAsync()
        {
            var serials = await Deployed.Pipeline.ScalarAsync<string[]>(
                $"select array_agg(distinct client_serial::text) from pg_stat_ssl join pg_stat_activity using (pid) where usename = '{DeployedServers.Writer}'");
            Assert.NotEmpty(serials);
            return serials;
        }
    }

    [Fact]
    public async Task The_queues_length_is_told_over_an_encrypted_port()
    {
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown?.Issuer == "CN=orders test authority" };
        using var scaler = DeployedServers.Management(DeployedServers.Scaler, new Uri($"https://127.0.0.1:{servers.ManagementPort}"), handler);

        var queue = await scaler.GetStringAsync("/api/queues/orders/orders");
        Assert.Contains("\"name\":\"orders\"", queue);
    }

    [Fact]
    public async Task Passwords_that_are_changed_are_used_at_the_next_connection()
    {
        using var folder = new TemporaryFolder();
        await DatabasePasswordAsync("first");
        await File.WriteAllTextAsync(folder.File("ConnectionStrings__RabbitMq"), Deployed.Broker(DeployedServers.Worker));
        await using var worker = await WorkerProcess.RunWithCredentials(folder.Path, DeployedServers.Patience).ReadyAsync();
        await OneMoreIsStoredAsync();

        await DatabasePasswordAsync("second");
        Assert.True(await Deployed.Pipeline.DisconnectAsync(EncryptedServers.Rotating) > 0);
        await OneMoreIsStoredAsync();

        await Deployed.ControlAsync("change_password", DeployedServers.Worker, "third");
        await File.WriteAllTextAsync(folder.File("ConnectionStrings__RabbitMq"), new UriBuilder(Deployed.Broker(DeployedServers.Worker)) { Password = "third" }.Uri.AbsoluteUri);
        await Deployed.ControlAsync("close_all_user_connections", DeployedServers.Worker, "rotated");
        await OneMoreIsStoredAsync();
        await worker.ReadyAsync();

        async Task DatabasePasswordAsync(string password)
        {
            await Deployed.Pipeline.ExecuteAsync($"alter role {EncryptedServers.Rotating} password '{password}'");
            await File.WriteAllTextAsync(folder.File("ConnectionStrings__Orders"), $"{servers.Database(EncryptedServers.Rotating)};Password={password}");
        }
    }

    [Fact]
    public async Task Publishers_over_the_bus_use_a_changed_password_too()
    {
        using var folder = new TemporaryFolder();
        var login = new UriBuilder(Deployed.Broker(DeployedServers.Operator));
        await File.WriteAllTextAsync(folder.File("ConnectionStrings__RabbitMq"), login.Uri.AbsoluteUri);
        await using var service = await PublisherAsync(configuration => configuration.AddKeyPerFile(folder.Path));
        await IsConfirmedAsync();

        login.Password = "another";
        await Deployed.ControlAsync("change_password", DeployedServers.Operator, login.Password);
        await File.WriteAllTextAsync(folder.File("ConnectionStrings__RabbitMq"), login.Uri.AbsoluteUri);
        await Deployed.ControlAsync("close_all_user_connections", DeployedServers.Operator, "rotated");

        await IsConfirmedAsync();

        async Task IsConfirmedAsync()
        {
            var order = Some.Order();
            await Deployed.Ledger.StoresAsync(order, () => service.InsistAsync(order));
        }
    }

    private async Task OneMoreIsStoredAsync()
    {
        await Deployed.Ledger.StoresAsync(Some.Orders(1));
        await Deployed.Ledger.SettlesAsync();
    }

    private async Task IsNotBelievedAsync(string broker, string database, params string[] settings)
    {
        // The schema is read first, and no lane tries before it is: so the two are looked at one after the other.
        await using var encrypted = await WorkerUnderTest.StartAsync(Deployed.Pipeline, settings: servers.Settings(settings[1]));
        await SaysAsync(encrypted, "schema", database);
        await SaysAsync(encrypted, "database", database);

        await using var worker = await WorkerUnderTest.StartAsync(Deployed.Pipeline, settings: servers.Settings(settings[0]));
        await SaysAsync(worker, "broker", broker);
    }

    private static Task SaysAsync(WorkerUnderTest worker, string check, string text) => Eventually.TrueAsync($"{check} says {text}", async () =>
    {
        var (isReady, body) = await worker.ReadyAsync();
        var detail = body.GetProperty("checks").GetProperty(check).GetProperty("detail").GetString()!;
        return (!isReady && detail.Contains(text), detail);
    });

    private static Task<PublishingService> PublisherAsync(Action<IConfigurationBuilder> configure) => PublishingService.StartAsync(configuration =>
    {
        configure(configuration);
        configuration.AddCommandLine(["RabbitMq:ConnectSeconds=30", "OrderPublisher:ConfirmSeconds=60"]);
    });
}
