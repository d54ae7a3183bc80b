using System.Text.RegularExpressions;
using DevServers;
using Producer.Generate;
using UnitTests.Support;
using Worker.Intake;
using Worker.Operations;

namespace UnitTests.Deploy;

/// <summary>What the compose file says is what programs, images and folders know.</summary>
public sealed partial class ComposeFileTests
{
    private static readonly YamlMap Compose = DeployFiles.Yaml("compose.yaml");
    private static readonly YamlMap Services = Compose.Map("services");

    public static TheoryData<string> All => [.. Services.Keys];

    public static TheoryData<string> Ours => [.. Services.Keys.Where(name => Services.Map(name).Has("build"))];

    [Fact]
    public void It_has_all_that_orders_need() =>
        Assert.Subset(Services.Keys.ToHashSet(), new HashSet<string> { "rabbitmq", "postgres", "migrate", "worker", "producer" });

    [Theory]
    [MemberData(nameof(All))]
    public void What_it_mounts_or_builds_from_is_there(string name)
    {
        var service = Services.Map(name);
        var sources = service.Texts("volumes").Select(volume => volume.Split(':')[0]).ToList();

        Assert.All(sources.Where(source => source.StartsWith('.')), source => Assert.True(DeployFiles.Exists(source), source));
        Assert.All(sources.Where(source => !source.StartsWith('.')), source => Assert.True(Compose.Map("volumes").Has(source), source));
        Assert.All(SecretsOf(service), secret => Assert.True(DeployFiles.Exists(FileOf(secret.Source)), secret.Source));
        if (service.Map("build") is var build && service.Has("build"))
        {
            Assert.Contains($" AS {build.Text("target")}\n", DeployFiles.Text(build.Text("dockerfile")!), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Whatever_is_waited_for_can_be_seen_to_be_ready(string name)
    {
        var needs = Services.Map(name).Map("depends_on");
        Assert.All(needs.Keys, needed =>
        {
            Assert.True(Services.Has(needed), needed);
            var isJob = needs.Map(needed).Text("condition") == "service_completed_successfully";
            Assert.Equal(isJob, Services.Map(needed).Map("healthcheck").Text("disable") == "true");
            Assert.Equal(isJob, Services.Map(needed).Texts("healthcheck") is [] && Services.Map(needed).Map("healthcheck").Texts("test") is []);
        });
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Memory_is_limited_and_ports_are_those_of_this_machine_only(string name)
    {
        Assert.Matches("^[0-9]+[MG]$", Services.Map(name).Map("deploy").Map("resources").Map("limits").Text("memory"));
        Assert.All(Services.Map(name).Texts("ports"), port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Images_of_others_are_of_a_certain_version(string name)
    {
        if (!Services.Map(name).Has("build"))
        {
            Assert.Matches(Version(), Services.Map(name).Text("image"));
        }
    }

    [Fact]
    public void The_servers_are_those_that_demo_and_tests_take()
    {
        Assert.Equal(DockerImages.RabbitMq, Services.Map("rabbitmq").Text("image"));
        Assert.Equal(DockerImages.Postgres, Services.Map("postgres").Text("image"));
        Assert.Contains("postgres:/var/lib/postgresql", Services.Map("postgres").Texts("volumes"));
    }

    [Theory]
    [MemberData(nameof(Ours))]
    public void Our_containers_may_do_nothing_that_they_need_not(string name)
    {
        var service = Services.Map(name);

        Assert.Equal("true", service.Text("read_only"));
        Assert.Equal(["ALL"], service.Texts("cap_drop"));
        Assert.Equal(["no-new-privileges:true"], service.Texts("security_opt"));
        Assert.StartsWith("/tmp:", Assert.Single(service.Texts("tmpfs")), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ours))]
    public void Our_programs_know_every_setting_and_every_secret(string name)
    {
        var service = Services.Map(name);
        var environment = service.Map("environment");
        var folder = environment.Text("CREDENTIALS_DIRECTORY") + "/";

        Assert.All(environment.Keys, key => KnownSettings.AssertKnown(key, environment.Text(key)!));
        Assert.NotEmpty(SecretsOf(service));
        Assert.All(SecretsOf(service), secret =>
        {
            Assert.StartsWith(folder, secret.Target, StringComparison.Ordinal);
            KnownSettings.AssertKnown(secret.Target[folder.Length..]);
        });
    }

    [Fact]
    public void Our_programs_understand_their_commands()
    {
        Assert.Equal("migrate", ParsedBy(WorkerCommands.Create(), "migrate"));
        Assert.Equal("run", ParsedBy(WorkerCommands.Create(), "worker"));
        Assert.Empty(WorkerCommands.Create().Parse(Services.Map("worker").Map("healthcheck").Texts("test")[2..]).Errors);
        Assert.Equal("generate", ParsedBy([GenerateCommand.Create()], "producer"));

        static string ParsedBy(System.CommandLine.RootCommand program, string service)
        {
            var parsed = program.Parse(Services.Map(service).Texts("command"));
            Assert.Empty(parsed.Errors);
            return parsed.CommandResult.Command.Name;
        }
    }

    [Fact]
    public void The_worker_can_be_there_several_times_and_has_the_time_to_drain()
    {
        var worker = Services.Map("worker");

        Assert.All(new[] { "container_name", "hostname", "ports" }, once => Assert.False(worker.Has(once), once));
        var grace = int.Parse(worker.Text("stop_grace_period")!.TrimEnd('s'));
        Assert.True(grace > IntakeOptions.DefaultShutdownSeconds + 5, $"{grace} s");
    }

    [Fact]
    public void Servers_and_programs_have_the_same_passwords()
    {
        var broker = new Uri(Secret("broker_address"));
        var database = new Npgsql.NpgsqlConnectionStringBuilder(Secret("database_address"));

        Assert.Equal($"default_user = {broker.UserInfo.Split(':')[0]}\ndefault_pass = {broker.UserInfo.Split(':')[1]}", Secret("broker_login"));
        Assert.Equal("rabbitmq", broker.Host);
        Assert.Equal(("postgres", Secret("database_password")), (database.Host, database.Password));
        Assert.Equal((database.Username, database.Database), (
            Services.Map("postgres").Map("environment").Text("POSTGRES_USER"), Services.Map("postgres").Map("environment").Text("POSTGRES_DB")));
        Assert.Empty(Settings.ErrorsOf($"{Settings.Broker}={Secret("broker_address")}", $"{Settings.Database}={Secret("database_address")}"));
    }

    [Fact]
    public void Telemetry_goes_where_it_is_taken_in()
    {
        var pipelines = DeployFiles.Yaml("deploy/otel-collector/config.yaml").Map("service").Map("pipelines");
        var exporters = DeployFiles.Yaml("deploy/otel-collector/config.yaml").Map("exporters");

        Assert.Equal(["metrics", "traces", "logs"], pipelines.Keys);
        Assert.All(pipelines.Keys, name => Assert.All(pipelines.Map(name).Texts("exporters"), exporter => Assert.True(exporters.Has(exporter), exporter)));
        Assert.All(
            exporters.Keys.Select(name => exporters.Map(name).Text("endpoint")).OfType<string>(),
            endpoint => Assert.True(Services.Has(new Uri(endpoint).Host), endpoint));
        Assert.Contains("--web.enable-otlp-receiver", Services.Map("prometheus").Texts("command"));
        Assert.All(
            DeployFiles.Yaml("deploy/grafana/provisioning/datasources/orders.yaml").Maps("datasources"),
            source => Assert.True(Services.Has(new Uri(source.Text("url")!).Host), source.Text("url")));
    }

    private static (string Source, string Target)[] SecretsOf(YamlMap service) =>
    [
        .. service.Maps("secrets").Select(secret => (secret.Text("source")!, secret.Text("target")!)),
        .. service.Texts("secrets").Select(secret => (secret, "/run/secrets/" + secret)),
    ];

    private static string Secret(string name) => DeployFiles.Text(FileOf(name)).TrimEnd('\n');

    // As it is when nobody names another folder.
    private static string FileOf(string secret) =>
        Substitution().Replace(Compose.Map("secrets").Map(secret).Text("file") ?? $"no secret {secret}", "$1");

    [GeneratedRegex(@"\$\{[A-Z_]+:-([^}]*)\}")]
    private static partial Regex Substitution();

    [GeneratedRegex(@":v?[0-9]+\.[0-9]+(\.[0-9]+)?(-[a-z]+)?\z")]
    private static partial Regex Version();
}
