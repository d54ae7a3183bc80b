using Infrastructure;
using Microsoft.Extensions.Configuration;
using Worker.Operations.Settings;

namespace UnitTests.Operations;

public sealed class EffectiveSettingTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orders-settings-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_setting_comes_from_whoever_set_it_last()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Intake:Lanes", "3"), new("Intake:MaxBatch", "500")])
            .AddCommandLine(["Intake:Lanes=4"])
            .Build();

        Assert.Equal(("4", "command line"), Find("Intake:Lanes", configuration));
        Assert.Equal(("500", "Memory"), Find("Intake:MaxBatch", configuration));
        Assert.Equal(("300", "default"), Find("Intake:HoldSeconds", configuration));
    }

    [Fact]
    public void A_connection_string_is_shown_without_its_password()
    {
        var configuration = new ConfigurationBuilder().AddCommandLine(["ConnectionStrings:RabbitMq=amqp://orders:secret@broker/"]).Build();

        Assert.Equal(("amqp://orders:***@broker/", "command line"), Find("ConnectionStrings:RabbitMq", configuration));
    }

    [Fact]
    public void A_setting_that_is_a_file_of_its_own_comes_from_the_credentials()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "ConnectionStrings__RabbitMq"), "amqp://orders:secret@broker/\n");
        var configuration = new ConfigurationBuilder().AddCredentials(_folder.FullName).Build();

        Assert.Equal(("amqp://orders:***@broker/", "credentials"), Find("ConnectionStrings:RabbitMq", configuration));
    }

    [Fact]
    public void A_token_is_not_shown_whatever_it_looks_like()
    {
        var configuration = new ConfigurationBuilder().AddCommandLine(["Management:AdminToken=aGVsbG8gd29ybGQhIQ=="]).Build();

        Assert.Equal(("***", "command line"), Find("Management:AdminToken", configuration));
    }

    [Fact]
    public void Every_setting_has_the_name_of_an_environment_variable()
    {
        Assert.All(SettingsCatalogue.All, setting => Assert.DoesNotContain(':', setting.Environment));
        Assert.Contains("Intake__Lanes", SettingsCatalogue.All.Select(setting => setting.Environment));
    }

    private static (string Value, string Source) Find(string key, IConfigurationRoot configuration)
    {
        var found = EffectiveSetting.Read(configuration).Single(one => one.Setting.Key == key);
        return (found.Value, found.Source);
    }
}
