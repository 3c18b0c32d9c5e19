import { mount } from 'svelte';
import { connect } from '$ipc';
import { theme } from '$shared/theme.svelte';
import App from '$views/App.svelte';

theme.start();

const target = document.getElementById('app');
if (target) void connect().then((transport) => mount(App, { target, props: { transport } }));
