import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import '$shared/tokens.css';
import '$shared/base.css';
import '$shared/first.css';
import '$shared/page.css';
import { mount } from 'svelte';
import { connect } from '$ipc';
import { theme } from '$shared/theme.svelte';
import App from '$views/App.svelte';

theme.start();

const target = document.getElementById('app');
if (target) void connect().then((transport) => mount(App, { target, props: { transport } }));
